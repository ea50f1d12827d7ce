#include "subreaper.h"
