/* What is wrong in the administrator's files, collected so that one run shows all of it, and the
 * guess at what a misspelt word was meant to be.
 *
 * Lines come out in the order of the files and of the places in them, whichever reader found them
 * first.  One thread at a time. */
#include "base/diag.h"

#include "base/text.h"

#include <string.h>

/* Longer words are not guessed at. */
#define GUESS_MAX 64
#define TEXT_MAX  1000

typedef struct {
    Place place;
    guint file, order; /* of appearance */
    char *text;
} Diag;

struct Diags {
    GPtrArray *kept;  /* Diag* */
    GPtrArray *files; /* interned names, by first appearance */
    guint dropped;
};

static void diag_free(Diag *diag)
{
    g_free(diag->text);
    g_free(diag);
}

Diags *diags_new(void)
{
    Diags *diags = g_new0(Diags, 1);

    diags->kept = g_ptr_array_new_with_free_func((GDestroyNotify)diag_free);
    diags->files = g_ptr_array_new();
    return diags;
}

void diags_free(Diags *diags)
{
    if (!diags)
        return;
    g_ptr_array_unref(diags->kept);
    g_ptr_array_unref(diags->files);
    g_free(diags);
}

static guint file_number(Diags *diags, const char *file)
{
    guint number;

    if (!g_ptr_array_find(diags->files, file, &number)) {
        number = diags->files->len;
        g_ptr_array_add(diags->files, (gpointer)file);
    }
    return number;
}

/* Two mailboxes may read the same policy: its faults are found twice and said once. */
static bool is_kept(const Diags *diags, const Diag *diag)
{
    for (guint i = 0; i < diags->kept->len; i++) {
        const Diag *kept = diags->kept->pdata[i];

        if (kept->file == diag->file && kept->place.line == diag->place.line &&
            kept->place.column == diag->place.column && g_str_equal(kept->text, diag->text))
            return true;
    }
    return false;
}

void diags_add(Diags *diags, Place place, const char *format, ...)
{
    g_autofree char *text = NULL;
    Diag *diag;
    va_list arguments;

    if (diags->kept->len == DIAGS_MAX) {
        diags->dropped++;
        return;
    }
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);

    diag = g_new0(Diag, 1);
    diag->place = place;
    diag->place.file = g_intern_string(place.file);
    diag->file = file_number(diags, diag->place.file);
    diag->order = diags->kept->len;
    diag->text = text_line(text, TEXT_MAX);
    if (is_kept(diags, diag))
        diag_free(diag);
    else
        g_ptr_array_add(diags->kept, diag);
}

guint diags_count(const Diags *diags)
{
    return diags->kept->len + diags->dropped;
}

static int compare_diags(gconstpointer a, gconstpointer b)
{
    const Diag *left = *(Diag *const *)a, *right = *(Diag *const *)b;

    if (left->file != right->file)
        return left->file < right->file ? -1 : 1;
    if (left->place.line != right->place.line)
        return left->place.line < right->place.line ? -1 : 1;
    if (left->place.column != right->place.column)
        return left->place.column < right->place.column ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

static void append_diag(GString *out, const Diag *diag)
{
    g_string_append(out, diag->place.file);
    if (diag->place.line > 0)
        g_string_append_printf(out, ":%d:%d", diag->place.line, MAX(diag->place.column, 1));
    g_string_append_printf(out, ": %s\n", diag->text);
}

char *diags_to_text(const Diags *diags)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy(diags->kept, NULL, NULL);
    GString *out = g_string_new(NULL);

    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, compare_diags);
    for (guint i = 0; i < sorted->len; i++)
        append_diag(out, sorted->pdata[i]);
    if (diags->dropped > 0)
        g_string_append_printf(out, "and %u more; mend these first\n", diags->dropped);
    return g_string_free(out, FALSE);
}

static guint cost_of(const char *word, gsize i, const char *known, gsize j)
{
    return g_ascii_tolower(word[i]) != g_ascii_tolower(known[j]);
}

static bool is_swapped(const char *word, gsize i, const char *known, gsize j)
{
    return i > 0 && j > 0 && !cost_of(word, i, known, j - 1) && !cost_of(word, i - 1, known, j);
}

/* Edits (insert, delete, replace, swap neighbours) from one word to the other; both at most
 * GUESS_MAX bytes long. */
static guint edit_distance(const char *word, gsize length, const char *known, gsize known_length)
{
    guint rows[3][GUESS_MAX + 1];
    guint *before = rows[0], *above = rows[1], *row = rows[2];

    for (gsize j = 0; j <= known_length; j++)
        above[j] = (guint)j;
    for (gsize i = 0; i < length; i++) {
        guint *spare = before;

        row[0] = (guint)i + 1;
        for (gsize j = 0; j < known_length; j++) {
            guint edits = MIN(above[j + 1], row[j]) + 1;

            edits = MIN(edits, above[j] + cost_of(word, i, known, j));
            if (is_swapped(word, i, known, j))
                edits = MIN(edits, before[j - 1] + 1);
            row[j + 1] = edits;
        }
        before = above;
        above = row;
        row = spare;
    }
    return above[known_length];
}

const char *diags_nearest(const char *word, const char *const *known)
{
    gsize length = strnlen(word, GUESS_MAX + 1);
    guint allowed = MAX((guint)length / 3, 1), least = allowed + 1;
    const char *nearest = NULL;

    if (length == 0 || length > GUESS_MAX)
        return NULL;
    for (; *known; known++) {
        gsize known_length = strnlen(*known, GUESS_MAX + 1);
        guint edits;

        if (known_length > GUESS_MAX)
            continue;
        edits = edit_distance(word, length, *known, known_length);
        if (edits < least) {
            least = edits;
            nearest = *known;
        }
    }
    return nearest;
}
