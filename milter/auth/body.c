/* The body's two canonicalizations (RFC 6376 3.4.3 and 3.4.4), hashed as the chunks arrive.
 *
 * Empty lines at the end don't count, so line ends are only counted until a byte follows them, and
 * so do blanks at the end of a line in the relaxed one: what is kept between chunks is two counters
 * and whether the last byte was a CR.  Bytes gather in a small buffer before they are hashed. */
#include "auth/body.h"

#include "base/digest.h"

#include <string.h>

#define BUFFER_SIZE 4096

typedef struct {
    bool wanted, relaxed;
    Digest *digest;
    guchar sum[DIGEST_SIZE];
    bool begun;     /* something was hashed */
    gsize newlines; /* line ends that nothing followed yet */
    bool blank;     /* relaxed: blanks that nothing followed yet */
    bool cr;        /* the last byte was a CR */
    char buffer[BUFFER_SIZE];
    gsize used;
} Hash;

struct DkimBody {
    Hash simple, relaxed;
    bool ended;
};

DkimBody *dkim_body_new(void)
{
    DkimBody *body = g_new0(DkimBody, 1);

    body->relaxed.relaxed = true;
    return body;
}

void dkim_body_free(DkimBody *body)
{
    if (!body)
        return;
    digest_free(body->simple.digest);
    digest_free(body->relaxed.digest);
    g_free(body);
}

void dkim_body_want(DkimBody *body, bool relaxed)
{
    Hash *hash = relaxed ? &body->relaxed : &body->simple;

    if (hash->wanted)
        return;
    hash->wanted = true;
    hash->digest = digest_new();
}

static void put(Hash *hash, const char *bytes, gsize length)
{
    if (length > BUFFER_SIZE - hash->used) {
        digest_add(hash->digest, hash->buffer, hash->used);
        hash->used = 0;
    }
    if (length > BUFFER_SIZE) {
        digest_add(hash->digest, bytes, length);
        return;
    }
    memcpy(hash->buffer + hash->used, bytes, length);
    hash->used += length;
}

/* Bytes of a line, neither blanks (in the relaxed form) nor line ends. */
static void put_content(Hash *hash, const char *bytes, gsize length)
{
    for (; hash->newlines > 0; hash->newlines--)
        put(hash, "\r\n", 2);
    if (hash->blank)
        put(hash, " ", 1);
    hash->blank = false;
    hash->begun = true;
    put(hash, bytes, length);
}

static void end_line(Hash *hash)
{
    hash->newlines++;
    hash->blank = false;
}

static bool is_content(const Hash *hash, char c)
{
    return c != '\r' && c != '\n' && !(hash->relaxed && (c == ' ' || c == '\t'));
}

static void add(Hash *hash, const char *at, const char *end)
{
    while (at < end) {
        const char *start = at;

        if (hash->cr && *at != '\n')
            put_content(hash, "\r", 1);
        hash->cr = false;
        while (at < end && is_content(hash, *at))
            at++;
        if (at > start)
            put_content(hash, start, (gsize)(at - start));
        if (at == end)
            return;
        if (*at == '\r')
            hash->cr = true;
        else if (*at == '\n')
            end_line(hash);
        else
            hash->blank = true;
        at++;
    }
}

void dkim_body_add(DkimBody *body, const void *bytes, gsize length)
{
    g_assert(!body->ended);
    if (body->simple.wanted)
        add(&body->simple, bytes, (const char *)bytes + length);
    if (body->relaxed.wanted)
        add(&body->relaxed, bytes, (const char *)bytes + length);
}

/* A body whose last line has no end gets one; one without any line is empty in the relaxed form and
 * one line end in the simple. */
static void end(Hash *hash)
{
    if (!hash->wanted)
        return;
    if (hash->cr)
        put_content(hash, "\r", 1);
    if (hash->begun || !hash->relaxed)
        put(hash, "\r\n", 2);
    digest_add(hash->digest, hash->buffer, hash->used);
    digest_sum(hash->digest, hash->sum);
    hash->digest = NULL;
}

void dkim_body_end(DkimBody *body)
{
    g_assert(!body->ended);
    body->ended = true;
    end(&body->simple);
    end(&body->relaxed);
}

bool dkim_body_matches(const DkimBody *body, bool relaxed, GBytes *hash)
{
    const Hash *own = relaxed ? &body->relaxed : &body->simple;

    g_assert(body->ended && own->wanted);
    return g_bytes_get_size(hash) == DIGEST_SIZE &&
           memcmp(g_bytes_get_data(hash, NULL), own->sum, DIGEST_SIZE) == 0;
}
