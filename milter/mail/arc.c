/* The last set of an ARC chain (RFC 8617 4.1): one seal, and the results that it seals.
 *
 * We check no signature: a server that we trust has, and said arc=pass, which means that the last
 * sealer vouches for all that its set says.  So only the highest instance counts, and only if there
 * is exactly one seal and one field of results with its number; whatever stands doubled could be
 * the one that nobody checked.  Pure; any thread. */
#include "mail/arc.h"

#include <string.h>

#define INSTANCE_MAX 50 /* RFC 8617 4.2.1 */

typedef struct {
    const char *value;
    int instance; /* 0: none that can be read */
} ArcField;

/* The value of a tag in "i=1; d=example.com", without white space; NULL if it is not there once. */
static char *tag_value(const char *field, const char *tag)
{
    g_auto(GStrv) tags = g_strsplit(field, ";", 50);
    char *found = NULL;

    for (char **at = tags; *at; at++) {
        char *equals = strchr(*at, '=');

        if (!equals)
            continue;
        *equals = '\0';
        if (g_ascii_strcasecmp(g_strstrip(*at), tag) != 0)
            continue;
        if (found) {
            g_free(found);
            return NULL;
        }
        found = g_strdup(g_strstrip(equals + 1));
    }
    return found;
}

static int instance_in(const char *digits)
{
    gsize length = strspn(digits, "0123456789");
    gint64 number = length > 0 && length <= 2 ? g_ascii_strtoll(digits, NULL, 10) : 0;

    return number <= INSTANCE_MAX && digits[length] == '\0' ? (int)number : 0;
}

/* The first tag of a set's fields may only be searched before the first ';' where results follow.
 */
static int instance_of(const char *value, bool results)
{
    g_autofree char *head = results ? g_strndup(value, strcspn(value, ";")) : g_strdup(value);
    g_autofree char *instance = tag_value(head, "i");

    return instance ? instance_in(instance) : 0;
}

/* The field of that name with the highest instance; its value is NULL if there are two of them or
 * one that can't be read. */
static ArcField last_of(const HeaderView *view, const char *name)
{
    ArcField last = { NULL, 0 };

    for (guint i = 0; i < view->fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(view->fields, i);

        if (g_ascii_strcasecmp(field->name, name) != 0)
            continue;
        int instance = instance_of(field->value, strcmp(name, "ARC-Authentication-Results") == 0);
        if (instance == 0 || field->spaced || field->cut)
            return (ArcField){ NULL, 0 };
        if (instance == last.instance)
            last.value = NULL;
        else if (instance > last.instance)
            last = (ArcField){ field->value, instance };
    }
    return last;
}

static bool is_trusted(const char *domain, const MailTrust *trust)
{
    for (char *const *sealer = trust->arc_sealers; sealer && *sealer; sealer++)
        if (g_ascii_strcasecmp(domain, *sealer) == 0)
            return true;
    return false;
}

/* The sealer may only say that nothing was before him, or that what was before him held. */
static bool is_sound(const ArcField *seal)
{
    g_autofree char *chain = tag_value(seal->value, "cv");

    return chain && g_ascii_strcasecmp(chain, seal->instance == 1 ? "none" : "pass") == 0;
}

AuthField *arc_results(const HeaderView *view, const MailTrust *trust, char **sealer)
{
    ArcField seal = last_of(view, "ARC-Seal");
    ArcField results = last_of(view, "ARC-Authentication-Results");

    if (!seal.value || !results.value || seal.instance != results.instance || !is_sound(&seal))
        return NULL;
    g_autofree char *domain = tag_value(seal.value, "d");
    const char *behind = strchr(results.value, ';');
    if (!domain || !behind || !is_trusted(domain, trust))
        return NULL;
    AuthField *field = auth_field_parse(behind + 1);
    if (field)
        *sealer = g_steal_pointer(&domain);
    return field;
}
