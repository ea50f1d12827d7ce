#include "bcrypt_pbkdf.h"
