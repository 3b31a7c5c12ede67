/* ISO-2022-JP (RFC 1468), the charset of Japanese mail that is all ASCII bytes, as EUC-JP: glibc's
 * own knows neither half-width letters nor the signs that vendors added.  Linear.  Pure; any
 * thread. */
#include "mail/jis.h"

#include <string.h>

/* The letters behind an escape of ISO-2022-JP, by the byte that EUC-JP puts before each. */
static const struct {
    const char *escape;
    bool high; /* its letters get their highest bit */
    char before;
    gsize bytes; /* of a letter */
} jis_sets[] = {
    { "\x1B(B", false, 0, 1 }, { "\x1B(J", false, 0, 1 }, { "\x1B(I", true, (char)0x8E, 1 },
    { "\x1B$@", true, 0, 2 },  { "\x1B$B", true, 0, 2 },  { "\x1B$(D", true, (char)0x8F, 2 },
    { "\x1B$(Q", true, 0, 2 }, { "\x1B$(O", true, 0, 2 },
};

/* The row of the escape that stands at `at`, -1 if none does. */
static int jis_escape(const char *at, gsize left)
{
    for (gsize i = 0; i < G_N_ELEMENTS(jis_sets); i++) {
        gsize length = strlen(jis_sets[i].escape);

        if (left >= length && memcmp(at, jis_sets[i].escape, length) == 0)
            return (int)i;
    }
    return -1;
}

/* ISO-2022-JP as EUC-JP.  A line begins in ASCII, RFC 1468. */
GString *jis_to_euc(const char *bytes, gsize length)
{
    GString *euc = g_string_sized_new(length);
    int set = 0;

    for (gsize at = 0; at < length;) {
        int escape = bytes[at] == '\x1B' ? jis_escape(bytes + at, length - at) : -1;

        if (bytes[at] == '\n')
            set = 0;
        if (escape >= 0) {
            set = escape;
            at += strlen(jis_sets[set].escape);
        } else if (!jis_sets[set].high || (guchar)bytes[at] <= ' ' ||
                   at + jis_sets[set].bytes > length) {
            g_string_append_c(euc, bytes[at++]);
        } else {
            if (jis_sets[set].before)
                g_string_append_c(euc, jis_sets[set].before);
            for (gsize i = 0; i < jis_sets[set].bytes; i++)
                g_string_append_c(euc, (char)(bytes[at++] | 0x80));
        }
    }
    return euc;
}

bool jis_is_there(const char *bytes, gsize length)
{
    return memchr(bytes, '\x1B', length) &&
           (memmem(bytes, length, "\x1B$B", 3) || memmem(bytes, length, "\x1B$@", 3) ||
            memmem(bytes, length, "\x1B(J", 3));
}
