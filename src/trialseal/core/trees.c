/* Leaves, nodes and secrets: what RFC 9162, 2.1.1 and docs/bytes.md say is hashed, for many at a time. */
#include "sha256.h"
#include <stdlib.h>
#include <string.h>

/* To be raised when what a function is given or gives changes: the Python beside refuses another. */
#define INTERFACE 3

enum { HASH = 32, ABOUT = 64, SECRET = 32, PREFIX = 8, INDEX = 8 };

EXPORT int32_t trialseal_interface(void) { return INTERFACE; }

/* How many of those left go together. */
static int some_of(uint64_t left) { return left < LANES ? (int)left : LANES; }

/* SHA-256 of each of `count` messages: message i is data[ends[i-1] .. ends[i]], or `size` bytes where ends is NULL.
   With mark >= 0, that byte goes before each. -1 where a message does not lie within data. */
EXPORT int32_t trialseal_each(const uint8_t *data, uint64_t bytes, const uint64_t *ends, uint64_t size, uint64_t count,
                              int32_t mark, uint8_t *digests) {
    uint8_t first = (uint8_t)mark;
    uint64_t place = 0;
    Lane lanes[LANES];
    for (uint64_t i = 0; i < count; i += LANES) {
        int some = some_of(count - i);
        for (int l = 0; l < some; l++) {
            uint64_t end = ends ? ends[i + (uint64_t)l] : place + size;
            if (end < place || end > bytes) return -1;
            lane_set(lanes + l, FRESH, 0, &first, mark >= 0, data + place, end - place);
            place = end;
        }
        lanes_run(lanes, some);
        for (int l = 0; l < some; l++) state_out(lanes[l].state, digests + HASH * (i + (uint64_t)l));
    }
    return 0;
}

/* Ends a message of so many bytes that began in blocks before, of which `used` are in the last `blocks` blocks here. */
static void pad(uint8_t *blocks, size_t count, size_t used, uint64_t bytes) {
    memset(blocks + used, 0, 64 * count - used);
    blocks[used] = 0x80;
    put_big(blocks + 64 * count - 8, 8 * bytes);
}

/* SHA-256(0x01 ‖ left ‖ right) of each of `count` pairs. `above` may be where `level` is. */
EXPORT void trialseal_parents(const uint8_t *level, uint64_t count, uint8_t *above) {
    uint8_t node[LANES][128];
    uint32_t state[LANES][8];
    for (int l = 0; l < LANES; l++) node[l][0] = 1, pad(node[l], 2, 1 + 2 * HASH, 1 + 2 * HASH);
    for (uint64_t i = 0; i < count; i += LANES) {
        int some = some_of(count - i);
        for (int l = 0; l < some; l++) {
            memcpy(node[l] + 1, level + 2 * HASH * (i + (uint64_t)l), 2 * HASH);
            memcpy(state[l], FRESH, sizeof FRESH);
        }
        states_take(state, node[0], sizeof node[0], some, 2);
        for (int l = 0; l < some; l++) state_out(state[l], above + HASH * (i + (uint64_t)l));
    }
}

/* The root over `count` > 0 leaves, which are overwritten: it lies where the first was. */
EXPORT void trialseal_root(uint8_t *leaves, uint64_t count) {
    while (count > 1) {
        trialseal_parents(leaves, count / 2, leaves);
        if (count & 1) memmove(leaves + HASH * (count / 2), leaves + HASH * (count - 1), HASH);
        count = count / 2 + (count & 1);
    }
}

/* What HMAC-SHA-256 (RFC 2104) has of a secret before any message: its inner and outer state. */
static void keyed(const uint8_t *secret, uint32_t inner[8], uint32_t outer[8]) {
    uint8_t block[64];
    for (int i = 0; i < 64; i++) block[i] = 0x36 ^ (i < SECRET ? secret[i] : 0);
    memcpy(inner, FRESH, 32);
    state_take(inner, block, 1);
    for (int i = 0; i < 64; i++) block[i] ^= 0x36 ^ 0x5c;
    memcpy(outer, FRESH, 32);
    state_take(outer, block, 1);
}

typedef struct {
    uint32_t inner[8], outer[8]; /* of nonces: the inner one has taken trial ‖ place already */
    uint8_t key[HASH];           /* of prefixes */
} Subject;

static void subject_set(Subject *subject, const uint8_t *secret, const uint8_t *about) {
    static const uint8_t word[3] = {'r', 'o', 'w'};
    Lane lane;
    uint8_t digest[HASH];
    keyed(secret, subject->inner, subject->outer);
    lane_set(&lane, subject->inner, 64, about + ABOUT - HASH, HASH, word, sizeof word);
    lanes_run(&lane, 1);
    state_out(lane.state, digest);
    lane_set(&lane, subject->outer, 64, digest, HASH, NULL, 0);
    lanes_run(&lane, 1);
    state_out(lane.state, subject->key);
    state_take(subject->inner, about, 1);
}

/* Of rows or entries number `first` and following: the salted leaves SHA-256(0x00 ‖ nonce ‖ form), nonce being
   HMAC-SHA-256(secret, about ‖ number as 8 bytes), and, where `leaves` and `prefixes` are given, the first bytes of
   SHA-256(HMAC(secret, place ‖ "row") ‖ leaf). Form i is data[ends[i-1] + skip .. ends[i]]; codes[i] says whose secret
   it has. -1 where something lies outside of what was given, -2 without memory. */
EXPORT int32_t trialseal_salt(const uint8_t *data, uint64_t bytes, const uint64_t *ends, uint64_t skip, uint64_t count,
                              const int32_t *codes, const uint8_t *secrets, uint64_t known, const uint8_t *about,
                              uint64_t first, const uint8_t *leaves, uint8_t *prefixes, uint8_t *salted) {
    Subject *subjects = malloc((known ? known : 1) * sizeof *subjects);
    uint64_t place = 0;
    uint8_t inner[LANES][64], outer[LANES][64], print[LANES][128], mark[LANES][1 + HASH], digest[HASH];
    Lane lanes[LANES];
    if (!subjects) return -2;
    for (uint64_t i = 0; i < known; i++) subject_set(subjects + i, secrets + SECRET * i, about);
    for (int l = 0; l < LANES; l++) {
        pad(inner[l], 1, INDEX, 64 + ABOUT + INDEX);
        pad(outer[l], 1, HASH, 64 + HASH);
        pad(print[l], 2, 2 * HASH, 2 * HASH);
        mark[l][0] = 0;
    }
    for (uint64_t i = 0; i < count; i += LANES) {
        int some = some_of(count - i);
        const Subject *whose[LANES];
        uint32_t state[LANES][8];
        for (int l = 0; l < some; l++) {
            uint64_t row = i + (uint64_t)l, number = first + row;
            if (codes[row] < 0 || (uint64_t)codes[row] >= known) return free(subjects), -1;
            whose[l] = subjects + codes[row];
            put_big(inner[l], number);
            memcpy(state[l], whose[l]->inner, sizeof state[l]);
        }
        states_take(state, inner[0], sizeof inner[0], some, 1);
        for (int l = 0; l < some; l++) {
            state_out(state[l], outer[l]);
            memcpy(state[l], whose[l]->outer, sizeof state[l]);
        }
        states_take(state, outer[0], sizeof outer[0], some, 1);
        for (int l = 0; l < some; l++) {
            uint64_t end = ends[i + (uint64_t)l];
            if (end < place + skip || end > bytes) return free(subjects), -1;
            state_out(state[l], mark[l] + 1);
            lane_set(lanes + l, FRESH, 0, mark[l], sizeof mark[l], data + place + skip, end - place - skip);
            place = end;
        }
        lanes_run(lanes, some);
        for (int l = 0; l < some; l++) state_out(lanes[l].state, salted + HASH * (i + (uint64_t)l));
        if (!leaves || !prefixes) continue;
        for (int l = 0; l < some; l++) {
            memcpy(print[l], whose[l]->key, HASH);
            memcpy(print[l] + HASH, leaves + HASH * (i + (uint64_t)l), HASH);
            memcpy(state[l], FRESH, sizeof FRESH);
        }
        states_take(state, print[0], sizeof print[0], some, 2);
        for (int l = 0; l < some; l++) {
            state_out(state[l], digest);
            memcpy(prefixes + PREFIX * (i + (uint64_t)l), digest, PREFIX);
        }
    }
    free(subjects);
    return 0;
}
