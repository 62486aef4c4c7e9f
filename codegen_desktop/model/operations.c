/* What surrounds the matrix products of a training step, each in one pass over memory: see operations.py, whose plain
 * form gives the same numbers and is used wherever this file was not compiled.
 *
 * packaging/build_operations.py says how to compile it.
 *
 * All arrays are float32, row after row, and never overlap. Letters as in transformer.py. Sums are kept in float32, but
 * for the lengths of a whole gradient or correction, which are added up in float64.
 */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT
#endif

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define FAST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FAST
#endif

#define VERSION 2

EXPORT int64_t version(void) { return VERSION; }

/* e^x for x that is not above 0, as 2^n times a polynomial in the rest: off by a few millionths of itself at most. Below
 * -87, where float32 ends, it stays what it is there. NaN stays NaN: the comparison is written so that it passes it. */
static inline float exponential(float x)
{
    x = x < -87.0f ? -87.0f : x;
    float n = floorf(x * 1.44269504089f + 0.5f);
    float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    union { int32_t i; float f; } scale = { ((int32_t)n + 127) << 23 };
    return p * scale.f;
}

/* 1 / (1 + e^-x): how far a gate is open. Only e to a power below 0 is needed, so that nothing grows beyond float32. */
static inline float sigmoid(float x)
{
    float e = exponential(-fabsf(x)), wide = 1.0f / (1.0f + e);
    return x < 0.0f ? e * wide : wide;
}

/* The largest of count numbers, 16 side by side: compilers keep the order of comparisons otherwise. */
static inline float largest(const float *restrict x, int64_t count)
{
    float lanes[16], best = x[0];
    int64_t i = 0;
    for (int j = 0; j < 16; j++) lanes[j] = best;
    for (; i + 16 <= count; i += 16)
        for (int j = 0; j < 16; j++) lanes[j] = x[i + j] > lanes[j] ? x[i + j] : lanes[j];
    for (; i < count; i++) best = x[i] > best ? x[i] : best;
    for (int j = 0; j < 16; j++) best = lanes[j] > best ? lanes[j] : best;
    return best;
}

/* RMSNorm of x (M, C): inverse (M), normal = x·inverse, out = normal·weight. */
EXPORT FAST void norm(const float *restrict x, const float *restrict weight, float epsilon, float *restrict inverse,
                      float *restrict normal, float *restrict out, int64_t M, int64_t C)
{
    for (int64_t m = 0; m < M; m++) {
        const float *restrict row = x + m * C;
        float squares = 0.0f;
        for (int64_t c = 0; c < C; c++) squares += row[c] * row[c];
        float r = 1.0f / sqrtf(squares / (float)C + epsilon);
        inverse[m] = r;
        for (int64_t c = 0; c < C; c++) {
            float n = row[c] * r;
            normal[m * C + c] = n;
            out[m * C + c] = n * weight[c];
        }
    }
}

/* Adds the slope of x to `into` (M, C); writes that of the weight. slope (M, C) is that of `out`. */
EXPORT FAST void norm_back(const float *restrict slope, const float *restrict normal, const float *restrict inverse,
                           const float *restrict weight, float *restrict gradient, float *restrict into, int64_t M,
                           int64_t C)
{
    memset(gradient, 0, (size_t)C * sizeof(float));
    for (int64_t m = 0; m < M; m++) {
        const float *restrict s = slope + m * C, *restrict n = normal + m * C;
        float *restrict i = into + m * C;
        float along = 0.0f, r = inverse[m];
        for (int64_t c = 0; c < C; c++) {
            float product = s[c] * n[c];
            gradient[c] += product;
            along += product * weight[c];
        }
        along /= (float)C;
        for (int64_t c = 0; c < C; c++) i[c] += (s[c] * weight[c] - n[c] * along) * r;
    }
}

/* q and k normalised per head and turned, v as it is, every head by itself: asked (3, B·T, H·D) to heads (3, B·H, T, D).
 * weights (2, D); cosine, sine (T, D/2); inverse (2, B·T, H) and normal (2, B·T, H·D) are kept for the way back. */
EXPORT FAST void heads(const float *restrict asked, const float *restrict weights, float epsilon,
                       const float *restrict cosine, const float *restrict sine, float *restrict inverse,
                       float *restrict normal, float *restrict heads, int64_t B, int64_t T, int64_t H, int64_t D)
{
    int64_t half = D / 2, size = B * T * H * D;
    for (int64_t part = 0; part < 2; part++) {
        const float *restrict w = weights + part * D;
        for (int64_t b = 0; b < B; b++)
            for (int64_t t = 0; t < T; t++)
                for (int64_t h = 0; h < H; h++) {
                    int64_t at = ((b * T + t) * H + h) * D;
                    const float *restrict x = asked + part * size + at;
                    float *restrict n = normal + part * size + at;
                    float *restrict out = heads + part * size + ((b * H + h) * T + t) * D;
                    const float *restrict cosines = cosine + t * half, *restrict sines = sine + t * half;
                    float squares = 0.0f;
                    for (int64_t d = 0; d < D; d++) squares += x[d] * x[d];
                    float r = 1.0f / sqrtf(squares / (float)D + epsilon);
                    inverse[((part * B + b) * T + t) * H + h] = r;
                    for (int64_t d = 0; d < D; d++) n[d] = x[d] * r;
                    for (int64_t d = 0; d < half; d++) {
                        float first = n[d] * w[d], second = n[d + half] * w[d + half];
                        out[d] = first * cosines[d] - second * sines[d];
                        out[d + half] = second * cosines[d] + first * sines[d];
                    }
                }
    }
    for (int64_t b = 0; b < B; b++)
        for (int64_t t = 0; t < T; t++)
            for (int64_t h = 0; h < H; h++)
                memcpy(heads + 2 * size + ((b * H + h) * T + t) * D, asked + 2 * size + ((b * T + t) * H + h) * D,
                       (size_t)D * sizeof(float));
}

/* The way back of `heads`: at_heads (3, B·H, T, D) to at_asked (3, B·T, H·D), and the slopes of both weights (2, D). */
EXPORT FAST void heads_back(const float *restrict at_heads, const float *restrict weights,
                            const float *restrict cosine, const float *restrict sine, const float *restrict inverse,
                            const float *restrict normal, float *restrict at_asked, float *restrict gradients,
                            int64_t B, int64_t T, int64_t H, int64_t D)
{
    int64_t half = D / 2, size = B * T * H * D;
    memset(gradients, 0, (size_t)(2 * D) * sizeof(float));
    for (int64_t part = 0; part < 2; part++) {
        const float *restrict w = weights + part * D;
        float *restrict gradient = gradients + part * D;
        for (int64_t b = 0; b < B; b++)
            for (int64_t t = 0; t < T; t++)
                for (int64_t h = 0; h < H; h++) {
                    int64_t at = ((b * T + t) * H + h) * D;
                    const float *restrict slope = at_heads + part * size + ((b * H + h) * T + t) * D;
                    const float *restrict n = normal + part * size + at;
                    float *restrict out = at_asked + part * size + at;
                    const float *restrict cosines = cosine + t * half, *restrict sines = sine + t * half;
                    float r = inverse[((part * B + b) * T + t) * H + h], along = 0.0f;
                    for (int64_t d = 0; d < half; d++) {
                        out[d] = slope[d] * cosines[d] + slope[d + half] * sines[d];
                        out[d + half] = slope[d + half] * cosines[d] - slope[d] * sines[d];
                    }
                    for (int64_t d = 0; d < D; d++) {
                        float product = out[d] * n[d];
                        gradient[d] += product;
                        along += product * w[d];
                    }
                    along /= (float)D;
                    for (int64_t d = 0; d < D; d++) out[d] = (out[d] * w[d] - n[d] * along) * r;
                }
    }
    for (int64_t b = 0; b < B; b++)
        for (int64_t t = 0; t < T; t++)
            for (int64_t h = 0; h < H; h++)
                memcpy(at_asked + 2 * size + ((b * T + t) * H + h) * D, at_heads + 2 * size + ((b * H + h) * T + t) * D,
                       (size_t)D * sizeof(float));
}

/* scores (n, T, T), unscaled, become shares of attention in place: softmax of scale·scores, the future hidden. */
EXPORT FAST void looks(float *restrict scores, float scale, int64_t causal, int64_t n, int64_t T)
{
    for (int64_t row = 0; row < n * T; row++) {
        float *restrict s = scores + row * T;
        int64_t seen = causal ? row % T + 1 : T;
        float best = largest(s, seen), total = 0.0f;
        for (int64_t t = 0; t < seen; t++) {
            s[t] = exponential((s[t] - best) * scale);
            total += s[t];
        }
        float share = 1.0f / total;
        for (int64_t t = 0; t < seen; t++) s[t] *= share;
        for (int64_t t = seen; t < T; t++) s[t] = 0.0f;
    }
}

/* The slope of the shares (n, T, T) becomes that of the unscaled scores, in place. */
EXPORT FAST void looks_back(float *restrict slope, const float *restrict shares, float scale, int64_t n, int64_t T)
{
    for (int64_t row = 0; row < n * T; row++) {
        float *restrict s = slope + row * T;
        const float *restrict p = shares + row * T;
        float along = 0.0f;
        for (int64_t t = 0; t < T; t++) along += s[t] * p[t];
        for (int64_t t = 0; t < T; t++) s[t] = (s[t] - along) * p[t] * scale;
    }
}

/* made = silu(gates)·features, size numbers each. */
EXPORT FAST void gate(const float *restrict gates, const float *restrict features, float *restrict made, int64_t size)
{
    for (int64_t i = 0; i < size; i++) made[i] = gates[i] * sigmoid(gates[i]) * features[i];
}

/* The slope of `made` to those of gates and features, which take the place of gates and features themselves. */
EXPORT FAST void gate_back(const float *restrict slope, float *restrict gates, float *restrict features, int64_t size)
{
    for (int64_t i = 0; i < size; i++) {
        float g = gates[i], opened = sigmoid(g), silu = g * opened;
        gates[i] = slope[i] * features[i] * (opened + silu * (1.0f - opened));
        features[i] = slope[i] * silu;
    }
}

/* scores (N, V) become the slopes of Σ shares·losses in place; losses (N); right (N): 1 where the target scored best. */
EXPORT FAST void judge(float *restrict scores, const int64_t *restrict targets, const float *restrict shares,
                       float *restrict losses, uint8_t *restrict right, int64_t N, int64_t V)
{
    for (int64_t n = 0; n < N; n++) {
        float *restrict s = scores + n * V;
        float best = largest(s, V), total = 0.0f, own = s[targets[n]];
        for (int64_t v = 0; v < V; v++) {
            s[v] = exponential(s[v] - best);
            total += s[v];
        }
        losses[n] = logf(total) - (own - best);
        right[n] = own >= best;
        float share = shares[n] / total;
        for (int64_t v = 0; v < V; v++) s[v] *= share;
        s[targets[n]] -= shares[n];
    }
}

/* Momentum is drawn towards the gradients by 1 - keep; they then become the two mixed, looking one step ahead.
 * Returns the sum of the gradients' squares. */
EXPORT FAST double look_ahead(float *restrict gradients, float *restrict momentum, float keep, int64_t size)
{
    double squares = 0.0;
    for (int64_t start = 0; start < size; start += 4096) {
        int64_t end = start + 4096 < size ? start + 4096 : size;
        float part = 0.0f;
        for (int64_t i = start; i < end; i++) {
            float g = gradients[i];
            part += g * g;
            float m = momentum[i] + (1.0f - keep) * (g - momentum[i]);
            momentum[i] = m;
            gradients[i] = g + keep * (m - g);
        }
        squares += part;
    }
    return squares;
}

/* values -= rate·(size·correction + decay·values where both point the same way), n matrices of `count` numbers with a
 * size each. Returns the sum of the changes' squares without the rate. */
EXPORT FAST double correct(float *restrict values, const float *restrict corrections, const float *restrict sizes,
                           float decay, float rate, int64_t n, int64_t count)
{
    double squares = 0.0;
    for (int64_t matrix = 0; matrix < n; matrix++) {
        float *restrict v = values + matrix * count;
        const float *restrict c = corrections + matrix * count;
        float size = sizes[matrix], part = 0.0f;
        for (int64_t i = 0; i < count; i++) {
            float change = c[i] * size;
            change += change * v[i] > 0.0f ? decay * v[i] : 0.0f;
            part += change * change;
            v[i] -= rate * change;
        }
        squares += part;
    }
    return squares;
}
