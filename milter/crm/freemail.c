/* Reads the list of domains (and addresses) that say nothing about a company, because anybody can
 * have an address there.  A list that can't be read whole is refused: a missing line would make
 * strangers out of one provider look like one customer.  All faults are said in one run. */
#include "crm/crm.h"

#include "base/files.h"
#include "mail/address.h"

#include <string.h>

#define FREEMAIL_FILE_MAX (4 * 1024 * 1024)

/* The folded form of an address or a domain, NULL if it is neither. */
static char *fold_entry(const char *entry)
{
    bool is_address = strchr(entry, '@') != NULL;
    g_autofree char *address = is_address ? g_strdup(entry) : g_strconcat("x@", entry, NULL);
    g_autofree char *folded = address_fold(address);

    if (*folded == '\0')
        return NULL;
    return is_address ? g_steal_pointer(&folded) : g_strdup(address_domain(folded));
}

static void add_line(GPtrArray *list, Place place, char *line, Diags *diags)
{
    char *comment = strchr(line, '#');
    char *entry;

    if (comment)
        *comment = '\0';
    if (*g_strstrip(line) == '\0')
        return;
    entry = fold_entry(line);
    if (entry)
        g_ptr_array_add(list, entry);
    else
        diags_add(
            diags, place,
            "'%s' is neither a domain nor an address; expected one like example.com on a line",
            line);
}

static char *read_whole(const char *path, Diags *diags)
{
    Place whole_file = { .file = path };
    g_autoptr(GError) cause = NULL;
    g_autofree char *text = NULL;
    gsize length;

    text = files_read(path, FREEMAIL_FILE_MAX, &length, &cause);
    if (!text) {
        diags_add(diags, whole_file, "can't be read: %s", cause->message);
        return NULL;
    }
    if (!g_utf8_validate_len(text, length, NULL)) {
        diags_add(diags, whole_file, "expected UTF-8 text of at most %d bytes, a domain on a line",
                  FREEMAIL_FILE_MAX);
        return NULL;
    }
    return g_steal_pointer(&text);
}

char **crm_read_freemail(const char *path, Diags *diags)
{
    guint faults = diags_count(diags);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = read_whole(path, diags);
    g_auto(GStrv) lines = text ? g_strsplit(text, "\n", -1) : NULL;

    for (int i = 0; lines && lines[i]; i++)
        add_line(list, (Place){ path, i + 1, 1 }, lines[i], diags);
    if (diags_count(diags) > faults)
        return NULL;
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}
