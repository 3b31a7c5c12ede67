/* ASCII armour (RFC 9580 6.2, 7) that programs paste into the text: taken off line by line, so that
 * nobody judges a key for words.  Nothing is checked or decrypted.  Linear.  Pure; any thread. */
#include "mail/armour.h"

#include <string.h>

typedef enum { WORDS, BLOCK, SIGNED_HEAD, SIGNED } State;

static const struct {
    const char *line;
    State state;
    bool encrypted;
} rows[] = {
    { "-----BEGIN PGP MESSAGE", BLOCK, true },
    { "-----BEGIN PGP SIGNATURE-----", BLOCK, false },
    { "-----BEGIN PGP PUBLIC KEY BLOCK-----", BLOCK, false },
    { "-----BEGIN PGP PRIVATE KEY BLOCK-----", BLOCK, false },
    { "-----BEGIN PGP SIGNED MESSAGE-----", SIGNED_HEAD, false },
};

static bool begins(const char *line, const char *start)
{
    return strncmp(line, start, strlen(start)) == 0;
}

/* The state behind this line; *kept says whether it is text. */
static State next_state(State state, const char *line, bool *kept, Armour *found)
{
    bool blank = line[strspn(line, " \t\r")] == '\n' || *line == '\0';

    *kept = false;
    if (state == BLOCK)
        return begins(line, "-----END PGP ") ? WORDS : BLOCK;
    if (state == SIGNED_HEAD)
        return blank ? SIGNED : SIGNED_HEAD;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (!begins(line, rows[i].line))
            continue;
        found->encrypted |= rows[i].encrypted;
        found->signed_text |= rows[i].state == SIGNED_HEAD;
        return rows[i].state;
    }
    *kept = true;
    return state;
}

char *armour_strip(const char *text, Armour *found)
{
    GString *words = g_string_new(NULL);
    State state = WORDS;

    *found = (Armour){ false, false };
    if (!strstr(text, "-----BEGIN PGP "))
        return g_string_free(g_string_assign(words, text), FALSE);
    while (*text) {
        gsize length = strcspn(text, "\n");
        bool kept;

        state = next_state(state, text, &kept, found);
        length += text[length] == '\n';
        if (kept && state == SIGNED && begins(text, "- "))
            g_string_append_len(words, text + 2, (gssize)length - 2);
        else if (kept)
            g_string_append_len(words, text, (gssize)length);
        text += length;
    }
    return g_string_free(words, FALSE);
}
