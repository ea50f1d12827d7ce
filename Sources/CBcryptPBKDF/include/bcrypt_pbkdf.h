#pragma once
#include <stddef.h>
#include <stdint.h>

/// The key derivation of OpenSSH's private key files: bcrypt's hash in place of PBKDF2's HMAC (OpenBSD's bcrypt_pbkdf).
///
/// Takes about 10 ms a round on purpose. Returns 0, or -1 when an argument is out of range or memory is short.
/// Safe to be called from several threads at once.
int bcrypt_pbkdf(const uint8_t *pass, size_t pass_length, const uint8_t *salt, size_t salt_length,
                 uint8_t *key, size_t key_length, uint32_t rounds);
