/* SHA-256 of sixteen messages side by side by AVX-512: a word of each in one register. */
#include "sha256.h"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include <cpuid.h>
#include <immintrin.h>
#define WIDE __attribute__((target("avx512f,avx512bw")))

/* Whether the processor has it, and the system keeps its registers. */
int has_wide(void) {
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1)) return 0;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 0xe6) == 0xe6 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 16 & 1) && (b >> 30 & 1);
}

/* Word i of each block into register i. */
WIDE static inline void turned(__m512i w[16]) {
    __m512i t[16], u[16];
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(w[i], w[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(w[i], w[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        u[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        u[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        u[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        u[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        __m512i a = _mm512_shuffle_i32x4(u[i], u[i + 4], 0x88), b = _mm512_shuffle_i32x4(u[i], u[i + 4], 0xdd);
        __m512i c = _mm512_shuffle_i32x4(u[i + 8], u[i + 12], 0x88), d = _mm512_shuffle_i32x4(u[i + 8], u[i + 12], 0xdd);
        w[i] = _mm512_shuffle_i32x4(a, c, 0x88);
        w[i + 4] = _mm512_shuffle_i32x4(b, d, 0x88);
        w[i + 8] = _mm512_shuffle_i32x4(a, c, 0xdd);
        w[i + 12] = _mm512_shuffle_i32x4(b, d, 0xdd);
    }
}

#define XOR3(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0x96)
#define ADD _mm512_add_epi32

/* One block of each. */
WIDE static inline void wide_block(__m512i s[8], const uint8_t *const blocks[LANES], __mmask16 active) {
    const __m512i order = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL));
    __m512i w[16], v[8];
    for (int i = 0; i < 16; i++) w[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[i]), order);
    turned(w);
    for (int i = 0; i < 8; i++) v[i] = s[i];
#pragma GCC unroll 64
    for (int i = 0; i < 64; i++) {
        __m512i a = v[(64 - i) & 7], b = v[(65 - i) & 7], c = v[(66 - i) & 7], *d = v + ((67 - i) & 7);
        __m512i e = v[(68 - i) & 7], f = v[(69 - i) & 7], g = v[(70 - i) & 7], *h = v + ((71 - i) & 7);
        __m512i now = w[i & 15], sum = ADD(ADD(*h, _mm512_set1_epi32((int)ROUND_WORDS[i])), now);
        sum = ADD(sum, _mm512_ternarylogic_epi32(e, f, g, 0xca));
        sum = ADD(sum, XOR3(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25)));
        *d = ADD(*d, sum);
        *h = ADD(ADD(sum, _mm512_ternarylogic_epi32(a, b, c, 0xe8)),
                 XOR3(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22)));
        if (i < 48) {
            __m512i x = w[(i + 1) & 15], y = w[(i + 14) & 15];
            x = XOR3(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3));
            y = XOR3(_mm512_ror_epi32(y, 17), _mm512_ror_epi32(y, 19), _mm512_srli_epi32(y, 10));
            w[i & 15] = ADD(ADD(now, x), ADD(y, w[(i + 9) & 15]));
        }
    }
    for (int i = 0; i < 8; i++) s[i] = _mm512_mask_add_epi32(s[i], active, s[i], v[i]);
}

WIDE void wide_run(uint32_t *const states[LANES], const uint8_t *const blocks[][LANES], const uint32_t *active,
                   size_t count) {
    __m512i s[16];
    for (int i = 0; i < 16; i++) s[i] = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)states[i]));
    turned(s);
    for (size_t done = 0; done < count; done++) wide_block(s, blocks[done], (__mmask16)active[done]);
    turned(s); /* whose other half is nobody's */
    for (int i = 0; i < 16; i++)
        if (active[0] >> i & 1) _mm256_storeu_si256((__m256i *)states[i], _mm512_castsi512_si256(s[i]));
}

/* Bytes of `mark`, then of `body` those that `more` says, in their places; what is not asked for is not touched. */
WIDE static inline __m512i together(const uint8_t *mark, size_t marks, const uint8_t *body, __mmask64 more) {
    __m512i found = _mm512_maskz_loadu_epi8(~(~0ull << marks), mark);
    return _mm512_mask_loadu_epi8(found, more, (const void *)((uintptr_t)body - marks));
}

WIDE void wide_begin(uint8_t head[64], const uint8_t *mark, size_t marks, const uint8_t *body) {
    if (marks == 64) memcpy(head, mark, 64);
    else _mm512_storeu_si512(head, together(mark, marks, body, ~0ull << marks));
}

WIDE size_t wide_end(uint8_t tail[128], const uint8_t *mark, size_t marks, const uint8_t *rest, size_t bytes, uint64_t bits) {
    size_t end = marks + bytes, count = end < 56 ? 1 : 2;
    __m512i last = together(mark, marks, rest, (~0ull << marks) & ~(~0ull << end));
    _mm512_storeu_si512(tail, _mm512_mask_mov_epi8(last, 1ull << end, _mm512_set1_epi8((char)0x80)));
    if (count == 2) _mm512_storeu_si512(tail + 64, _mm512_setzero_si512());
    put_big(tail + 64 * count - 8, bits);
    return count;
}

#else

int has_wide(void) { return 0; }

void wide_begin(uint8_t head[64], const uint8_t *mark, size_t marks, const uint8_t *body) {
    (void)head, (void)mark, (void)marks, (void)body;
}

size_t wide_end(uint8_t tail[128], const uint8_t *mark, size_t marks, const uint8_t *rest, size_t bytes, uint64_t bits) {
    (void)tail, (void)mark, (void)marks, (void)rest, (void)bytes, (void)bits;
    return 0;
}

void wide_run(uint32_t *const states[LANES], const uint8_t *const blocks[][LANES], const uint32_t *active, size_t count) {
    (void)states, (void)blocks, (void)active, (void)count;
}

#endif
