/* SHA-256 by the x86 SHA extensions, by those of ARMv8, or in plain C, and of many messages by AVX-512; which, is asked of
   the processor once. */
#include "sha256.h"
#include <string.h>

const uint32_t FRESH[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

const uint32_t ROUND_WORDS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Takes `count` blocks into one state, or into each of two. */
typedef void (*Take)(uint32_t *a, const uint8_t *p, uint32_t *b, const uint8_t *q, size_t count);

/* ----- plain C ----- */

#define TURNED(x, by) ((x) >> (by) | (x) << (32 - (by)))
/* One round; the eight letters move on by being named anew, not by being copied. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                                                        \
    h += (TURNED(e, 6) ^ TURNED(e, 11) ^ TURNED(e, 25)) + (g ^ (e & (f ^ g))) + ROUND_WORDS[i] + w[i];                     \
    d += h;                                                                                                      \
    h += (TURNED(a, 2) ^ TURNED(a, 13) ^ TURNED(a, 22)) + ((a & b) | (c & (a | b)))

static void plain_one(uint32_t *state, const uint8_t *p) {
    uint32_t w[64], a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 16; i++, p += 4)
        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (TURNED(x, 7) ^ TURNED(x, 18) ^ x >> 3) + (TURNED(y, 17) ^ TURNED(y, 19) ^ y >> 10);
    }
    for (int i = 0; i < 64; i += 8) {
        ROUND(a, b, c, d, e, f, g, h, i);
        ROUND(h, a, b, c, d, e, f, g, i + 1);
        ROUND(g, h, a, b, c, d, e, f, i + 2);
        ROUND(f, g, h, a, b, c, d, e, i + 3);
        ROUND(e, f, g, h, a, b, c, d, i + 4);
        ROUND(d, e, f, g, h, a, b, c, i + 5);
        ROUND(c, d, e, f, g, h, a, b, i + 6);
        ROUND(b, c, d, e, f, g, h, a, i + 7);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void take_plain(uint32_t *a, const uint8_t *p, uint32_t *b, const uint8_t *q, size_t count) {
    for (size_t i = 0; i < count; i++) {
        plain_one(a, p + 64 * i);
        if (b) plain_one(b, q + 64 * i);
    }
}

/* ----- x86: SHA extensions, found by CPUID ----- */

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define HAS_X86 1
#include <cpuid.h>
#include <immintrin.h>
#define X86 __attribute__((target("sha,sse4.1,ssse3")))

typedef struct {
    __m128i abef, cdgh, m[4];
} Registers;

X86 static inline void x86_load(Registers *r, const uint32_t *state) {
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    r->abef = _mm_alignr_epi8(low, high, 8);
    r->cdgh = _mm_blend_epi16(high, low, 0xF0);
}

X86 static inline void x86_store(const Registers *r, uint32_t *state) {
    __m128i low = _mm_shuffle_epi32(r->abef, 0x1B), high = _mm_shuffle_epi32(r->cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

X86 static inline void x86_words(Registers *r, const uint8_t *p) {
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    for (int i = 0; i < 4; i++) r->m[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16 * i)), order);
}

/* Four rounds, and the words of the four that come sixteen later. */
X86 static inline void x86_rounds(Registers *r, int i) {
    __m128i k = _mm_add_epi32(r->m[i & 3], _mm_loadu_si128((const __m128i *)(ROUND_WORDS + 4 * i)));
    r->cdgh = _mm_sha256rnds2_epu32(r->cdgh, r->abef, k);
    r->abef = _mm_sha256rnds2_epu32(r->abef, r->cdgh, _mm_shuffle_epi32(k, 0x0E));
    if (i < 12) {
        __m128i next = _mm_sha256msg1_epu32(r->m[i & 3], r->m[(i + 1) & 3]);
        next = _mm_add_epi32(next, _mm_alignr_epi8(r->m[(i + 3) & 3], r->m[(i + 2) & 3], 4));
        r->m[i & 3] = _mm_sha256msg2_epu32(next, r->m[(i + 3) & 3]);
    }
}

X86 static void take_x86(uint32_t *a, const uint8_t *p, uint32_t *b, const uint8_t *q, size_t count) {
    Registers one, two;
    x86_load(&one, a);
    if (!b) {
        for (; count; count--, p += 64) {
            __m128i abef = one.abef, cdgh = one.cdgh;
            x86_words(&one, p);
#pragma GCC unroll 16
            for (int i = 0; i < 16; i++) x86_rounds(&one, i);
            one.abef = _mm_add_epi32(one.abef, abef);
            one.cdgh = _mm_add_epi32(one.cdgh, cdgh);
        }
        x86_store(&one, a);
        return;
    }
    x86_load(&two, b);
    for (; count; count--, p += 64, q += 64) { /* each waits for its own last round: the other fills the gap */
        __m128i abef = one.abef, cdgh = one.cdgh, abef2 = two.abef, cdgh2 = two.cdgh;
        x86_words(&one, p);
        x86_words(&two, q);
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            x86_rounds(&one, i);
            x86_rounds(&two, i);
        }
        one.abef = _mm_add_epi32(one.abef, abef);
        one.cdgh = _mm_add_epi32(one.cdgh, cdgh);
        two.abef = _mm_add_epi32(two.abef, abef2);
        two.cdgh = _mm_add_epi32(two.cdgh, cdgh2);
    }
    x86_store(&one, a);
    x86_store(&two, b);
}

static int has_x86(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
}
#endif

/* ----- ARMv8: cryptographic extension, told by the system ----- */

#if defined(__aarch64__) && (defined(__GNUC__) || defined(__clang__))
#define HAS_ARM 1
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#if defined(__clang__)
#define ARM __attribute__((target("sha2")))
#else
#define ARM __attribute__((target("+crypto")))
#endif

ARM static void arm_some(uint32_t *state, const uint8_t *p, size_t count) {
    uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4), m[4];
    for (; count; count--, p += 64) {
        uint32x4_t first = abcd, second = efgh;
        for (int i = 0; i < 4; i++) m[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(p + 16 * i)));
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            uint32x4_t k = vaddq_u32(m[i & 3], vld1q_u32(ROUND_WORDS + 4 * i)), before = abcd;
            if (i < 12)
                m[i & 3] = vsha256su1q_u32(vsha256su0q_u32(m[i & 3], m[(i + 1) & 3]), m[(i + 2) & 3], m[(i + 3) & 3]);
            abcd = vsha256hq_u32(abcd, efgh, k);
            efgh = vsha256h2q_u32(efgh, before, k);
        }
        abcd = vaddq_u32(abcd, first);
        efgh = vaddq_u32(efgh, second);
    }
    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}

static void take_arm(uint32_t *a, const uint8_t *p, uint32_t *b, const uint8_t *q, size_t count) {
    arm_some(a, p, count);
    if (b) arm_some(b, q, count);
}

static int has_arm(void) {
#if defined(__APPLE__)
    return 1;
#elif defined(__linux__)
    return (getauxval(AT_HWCAP) & 1 << 6) != 0; /* HWCAP_SHA2 */
#else
    return 0;
#endif
}
#endif

/* ----- where messages begin and end ----- */

static void plain_begin(uint8_t head[64], const uint8_t *mark, size_t marks, const uint8_t *body) {
    memcpy(head, mark, marks);
    if (marks < 64) memcpy(head + marks, body, 64 - marks);
}

static size_t plain_end(uint8_t tail[128], const uint8_t *mark, size_t marks, const uint8_t *rest, size_t bytes,
                        uint64_t bits) {
    size_t end = marks + bytes, count = end < 56 ? 1 : 2;
    memset(tail, 0, 64 * count);
    if (marks) memcpy(tail, mark, marks);
    if (bytes) memcpy(tail + marks, rest, bytes);
    tail[end] = 0x80;
    put_big(tail + 64 * count - 8, bits);
    return count;
}

Begin begin_of = plain_begin;
End end_of = plain_end;

/* ----- which of them ----- */

static Take take = take_plain;
static int is_wide = 0;
/* Of fewer messages, two at a time are faster. */
enum { WORTH_WIDE = 9 };
/* Blocks of a message between two looks at which there are. */
enum { TURNS = 8 };

/* Chooses: 0 plain C; 1 the best there is for one or two messages; 2 also that for many. Says what it chose: 0, 1 x86,
   2 ARM, and 4 more where many go by AVX-512. Called before anything is hashed. */
EXPORT int32_t trialseal_choose(int32_t best) {
    int32_t found = 0;
    take = take_plain;
#if defined(HAS_X86)
    if (best && has_x86()) take = take_x86, found = 1;
#elif defined(HAS_ARM)
    if (best && has_arm()) take = take_arm, found = 2;
#endif
    is_wide = best > 1 && has_wide();
    begin_of = is_wide ? wide_begin : plain_begin;
    end_of = is_wide ? wide_end : plain_end;
    return found + 4 * is_wide;
}

/* ----- messages ----- */

void states_take(uint32_t states[][8], const uint8_t *blocks, size_t apart, int some, size_t count) {
    uint32_t *places[LANES], active[TURNS];
    const uint8_t *turns[TURNS][LANES];
    if (!is_wide || some < WORTH_WIDE || count > TURNS) {
        for (int l = 0; l < some; l += 2) {
            const uint8_t *p = blocks + apart * (size_t)l;
            if (l + 1 < some) take(states[l], p, states[l + 1], p + apart, count);
            else take(states[l], p, NULL, NULL, count);
        }
        return;
    }
    for (int l = 0; l < LANES; l++) {
        int of = l < some ? l : 0; /* read, not written */
        places[l] = states[of];
        for (size_t turn = 0; turn < count; turn++) turns[turn][l] = blocks + apart * (size_t)of + 64 * turn;
    }
    for (size_t turn = 0; turn < count; turn++) active[turn] = (1u << some) - 1;
    wide_run(places, turns, active, count);
}

void state_take(uint32_t state[8], const uint8_t *blocks, size_t count) { take(state, blocks, NULL, NULL, count); }

void state_out(const uint32_t state[8], uint8_t digest[32]) {
    for (int i = 0; i < 8; i += 2) put_big(digest + 4 * i, (uint64_t)state[i] << 32 | state[i + 1]);
}

/* As many blocks of both as both have, then what one has more. */
static void both(Lane *a, const uint8_t *p, size_t ps, Lane *b, const uint8_t *q, size_t qs) {
    size_t shared = ps < qs ? ps : qs;
    if (shared) take(a->state, p, b->state, q, shared);
    if (ps > shared) take(a->state, p + 64 * shared, NULL, NULL, ps - shared);
    if (qs > shared) take(b->state, q + 64 * shared, NULL, NULL, qs - shared);
}

static void two_run(Lane *lanes, int count) {
    Lane *a = lanes, *b = lanes + 1;
    if (count == 2) {
        both(a, a->head, a->heads, b, b->head, b->heads);
        both(a, a->body, a->bodies, b, b->body, b->bodies);
        both(a, a->tail, a->tails, b, b->tail, b->tails);
        return;
    }
    if (a->heads) state_take(a->state, a->head, 1);
    if (a->bodies) state_take(a->state, a->body, a->bodies);
    state_take(a->state, a->tail, a->tails);
}

/* Where the blocks of a lane lie after `done` of them, one turn after the other; how many there are, at most TURNS. */
static size_t turns_of(const Lane *lane, size_t done, const uint8_t *places[TURNS][LANES], int l) {
    const size_t heads = lane->heads, before = heads + lane->bodies, all = before + lane->tails;
    size_t turn = 0;
    if (done < heads) places[turn++][l] = lane->head, done++;
    for (; done < before && turn < TURNS; done++) places[turn++][l] = lane->body + 64 * (done - heads);
    for (; done < all && turn < TURNS; done++) places[turn++][l] = lane->tail + 64 * (done - before);
    return turn;
}

void lanes_run(Lane *lanes, int count) {
    uint32_t *places[LANES], active[TURNS];
    const uint8_t *turns[TURNS][LANES];
    if (!is_wide || count < WORTH_WIDE) {
        for (int l = 0; l < count; l += 2) two_run(lanes + l, count - l > 1 ? 2 : 1);
        return;
    }
    for (int l = 0; l < LANES; l++) places[l] = lanes[l < count ? l : 0].state;
    for (size_t done = 0, most = TURNS; most == TURNS; done += TURNS) {
        size_t some[LANES] = {0};
        most = 0;
        for (int l = 0; l < count; l++) {
            some[l] = turns_of(lanes + l, done, turns, l);
            if (some[l] > most) most = some[l];
        }
        for (size_t turn = 0; turn < most; turn++) {
            active[turn] = 0;
            for (int l = 0; l < LANES; l++) {
                if (turn < some[l]) active[turn] |= 1u << l;
                else turns[turn][l] = lanes[0].tail;
            }
        }
        if (most) wide_run(places, turns, active, most);
    }
}
