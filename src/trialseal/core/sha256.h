/* SHA-256 (FIPS 180-4) of many short messages, two at a time where the processor has instructions for it. */
#ifndef TRIALSEAL_SHA256_H
#define TRIALSEAL_SHA256_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* One message on its way: the state, the block that begins with the mark, the whole blocks in place, the padded end. */
typedef struct {
    uint32_t state[8];
    uint8_t head[64], tail[128];
    const uint8_t *body;
    size_t heads, bodies, tails;
} Lane;

extern const uint32_t FRESH[8];

/* A lane for mark ‖ body, mark of at most 64 bytes, behind `before` bytes (a multiple of 64) that `state` has taken. */
static inline void lane_set(Lane *lane, const uint32_t state[8], uint64_t before, const uint8_t *mark, size_t marks,
                            const uint8_t *body, size_t bytes) {
    uint64_t bits = 8 * (before + marks + bytes);
    size_t left = 0;
    memcpy(lane->state, state, 32);
    memset(lane->tail, 0, sizeof lane->tail);
    lane->heads = marks && marks + bytes >= 64;
    if (lane->heads) {
        memcpy(lane->head, mark, marks);
        if (marks < 64) memcpy(lane->head + marks, body, 64 - marks);
        body += 64 - marks;
        bytes -= 64 - marks;
    } else if (marks) {
        memcpy(lane->tail, mark, left = marks);
    }
    lane->body = body;
    lane->bodies = left ? 0 : bytes / 64;
    bytes -= 64 * lane->bodies;
    if (bytes) memcpy(lane->tail + left, body + 64 * lane->bodies, bytes);
    left += bytes;
    lane->tail[left] = 0x80;
    lane->tails = left < 56 ? 1 : 2;
    for (int i = 0; i < 8; i++) lane->tail[64 * lane->tails - 1 - (size_t)i] = (uint8_t)(bits >> 8 * i);
}
/* Hashes one or two lanes to their ends. */
void lanes_run(Lane *lanes, int count);
/* The digest of a lane that has run, or of a state. */
void state_out(const uint32_t state[8], uint8_t digest[32]);
/* Takes as many whole blocks into each of two states, of which the second may be NULL. */
void states_take(uint32_t *a, const uint8_t *p, uint32_t *b, const uint8_t *q, size_t count);
/* Takes whole blocks into a state. */
void state_take(uint32_t state[8], const uint8_t *blocks, size_t count);
#endif
