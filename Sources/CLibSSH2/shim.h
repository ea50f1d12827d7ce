#pragma once
#include <libssh2.h>
#include <malloc.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* Swift does not see macros that are more than a number or a text. */
enum shim_constants { SHIM_EVP_PKEY_KEYPAIR = EVP_PKEY_KEYPAIR };
