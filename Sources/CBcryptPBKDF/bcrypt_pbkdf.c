#include "bcrypt_pbkdf.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Blowfish with the expensive key set-up of bcrypt, as in Provos and Mazieres, "A Future-Adaptable Password Scheme". */

struct blowfish {
    uint32_t P[18];
    uint32_t S[4][256];
};

/* Blowfish's tables are the first 33344 bits of pi behind the point. libcrypto can compute them in less space than the
 * 1042 constants would take here: Machin's formula, pi = 16 atan(1/5) - 4 atan(1/239). */
static struct blowfish pi_tables;
static int have_pi_tables;
static pthread_once_t pi_once = PTHREAD_ONCE_INIT;

enum { PI_BITS = 8 * (int)sizeof(struct blowfish), GUARD_BITS = 64 };

/* Adds sign * factor * atan(1/x) * 2^(PI_BITS + GUARD_BITS) to sum. */
static int add_arctan(BIGNUM *sum, BN_ULONG factor, BN_ULONG x, int negative)
{
    BIGNUM *power = BN_new(), *term = BN_new();
    int ok = power && term && BN_set_word(power, factor) && BN_lshift(power, power, PI_BITS + GUARD_BITS);
    BN_ULONG n;

    if (ok) BN_div_word(power, x);
    for (n = 1; ok && !BN_is_zero(power); n += 2) {
        ok = BN_copy(term, power) != NULL;
        if (!ok) break;
        BN_div_word(term, n);
        ok = negative ? BN_sub(sum, sum, term) : BN_add(sum, sum, term);
        negative = !negative;
        BN_div_word(power, x * x);
    }
    BN_free(power);
    BN_free(term);
    return ok;
}

static void make_pi_tables(void)
{
    BIGNUM *pi = BN_new();
    unsigned char bytes[sizeof(struct blowfish)];
    uint32_t *word = pi_tables.P;
    size_t i;

    if (pi && add_arctan(pi, 16, 5, 0) && add_arctan(pi, 4, 239, 1) && BN_rshift(pi, pi, GUARD_BITS) &&
        BN_mask_bits(pi, PI_BITS) && BN_bn2binpad(pi, bytes, sizeof bytes) == (int)sizeof bytes) {
        for (i = 0; i < sizeof bytes; i += 4) {
            uint32_t value = (uint32_t)bytes[i] << 24 | (uint32_t)bytes[i + 1] << 16 | (uint32_t)bytes[i + 2] << 8 | bytes[i + 3];
            if (i / 4 < 18) word[i / 4] = value;
            else pi_tables.S[(i / 4 - 18) / 256][(i / 4 - 18) % 256] = value;
        }
        have_pi_tables = 1;
    }
    BN_free(pi);
}

static void encipher(const struct blowfish *c, uint32_t *left, uint32_t *right)
{
    uint32_t l = *left, r = *right, swap;
    int i;

    for (i = 0; i < 16; i++) {
        l ^= c->P[i];
        r ^= ((c->S[0][l >> 24] + c->S[1][l >> 16 & 0xff]) ^ c->S[2][l >> 8 & 0xff]) + c->S[3][l & 0xff];
        swap = l;
        l = r;
        r = swap;
    }
    *left = r ^ c->P[17];
    *right = l ^ c->P[16];
}

/* The next four bytes of data, which is read round and round. */
static uint32_t next_word(const uint8_t *data, size_t length, size_t *at)
{
    uint32_t word = 0;
    int i;

    for (i = 0; i < 4; i++) {
        word = word << 8 | data[*at];
        *at = (*at + 1) % length;
    }
    return word;
}

/* salt may be NULL for zeros. */
static void expand_key(struct blowfish *c, const uint8_t *salt, const uint8_t *key, size_t length)
{
    uint32_t l = 0, r = 0;
    size_t at = 0;
    int i, k;

    for (i = 0; i < 18; i++) c->P[i] ^= next_word(key, length, &at);
    at = 0;
    for (i = 0; i < 18; i += 2) {
        if (salt) {
            l ^= next_word(salt, length, &at);
            r ^= next_word(salt, length, &at);
        }
        encipher(c, &l, &r);
        c->P[i] = l;
        c->P[i + 1] = r;
    }
    for (i = 0; i < 4; i++) {
        for (k = 0; k < 256; k += 2) {
            if (salt) {
                l ^= next_word(salt, length, &at);
                r ^= next_word(salt, length, &at);
            }
            encipher(c, &l, &r);
            c->S[i][k] = l;
            c->S[i][k + 1] = r;
        }
    }
}

static void bcrypt_hash(const uint8_t *pass, const uint8_t *salt, uint8_t *out)
{
    static const uint8_t magic[32] = "OxychromaticBlowfishSwatDynamite";
    struct blowfish c = pi_tables;
    uint32_t words[8];
    size_t at = 0;
    int i, k;

    expand_key(&c, salt, pass, SHA512_DIGEST_LENGTH);
    for (i = 0; i < 64; i++) {
        expand_key(&c, NULL, salt, SHA512_DIGEST_LENGTH);
        expand_key(&c, NULL, pass, SHA512_DIGEST_LENGTH);
    }
    for (i = 0; i < 8; i++) words[i] = next_word(magic, sizeof magic, &at);
    for (i = 0; i < 64; i++)
        for (k = 0; k < 8; k += 2) encipher(&c, &words[k], &words[k + 1]);
    for (i = 0; i < 8; i++)
        for (k = 0; k < 4; k++) out[4 * i + k] = (uint8_t)(words[i] >> 8 * k);
    OPENSSL_cleanse(&c, sizeof c);
    OPENSSL_cleanse(words, sizeof words);
}

int bcrypt_pbkdf(const uint8_t *pass, size_t pass_length, const uint8_t *salt, size_t salt_length,
                 uint8_t *key, size_t key_length, uint32_t rounds)
{
    uint8_t pass_hash[SHA512_DIGEST_LENGTH], salt_hash[SHA512_DIGEST_LENGTH], block[32], sum[32];
    size_t stride = (key_length + sizeof sum - 1) / sizeof sum, i;
    uint8_t *counted;
    uint32_t count, round;

    pthread_once(&pi_once, make_pi_tables);
    if (!have_pi_tables || rounds < 1 || pass_length == 0 || salt_length == 0 || salt_length > 1 << 20 ||
        key_length == 0 || key_length > 1024)
        return -1;
    counted = malloc(salt_length + 4);
    if (!counted) return -1;
    memcpy(counted, salt, salt_length);
    SHA512(pass, pass_length, pass_hash);
    for (count = 1; count <= stride; count++) {
        for (i = 0; i < 4; i++) counted[salt_length + i] = (uint8_t)(count >> (24 - 8 * i));
        SHA512(counted, salt_length + 4, salt_hash);
        bcrypt_hash(pass_hash, salt_hash, block);
        memcpy(sum, block, sizeof sum);
        for (round = 1; round < rounds; round++) {
            SHA512(block, sizeof block, salt_hash);
            bcrypt_hash(pass_hash, salt_hash, block);
            for (i = 0; i < sizeof sum; i++) sum[i] ^= block[i];
        }
        /* The key's bytes are dealt out in turn, so that every part of it needs the whole work. */
        for (i = 0; i < sizeof sum && i * stride + count - 1 < key_length; i++) key[i * stride + count - 1] = sum[i];
    }
    free(counted);
    OPENSSL_cleanse(pass_hash, sizeof pass_hash);
    OPENSSL_cleanse(salt_hash, sizeof salt_hash);
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(sum, sizeof sum);
    return 0;
}
