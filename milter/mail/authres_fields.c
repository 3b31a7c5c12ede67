/* Which Authentication-Results are our filters', and which of them decides.  See authres.c for why.
 * Pure; any thread. */
#include "mail/authres_fields.h"

#include <string.h>

static bool is_in(const char *text, char *const *list)
{
    for (; list && *list; list++)
        if (g_ascii_strcasecmp(text, *list) == 0)
            return true;
    return false;
}

/* "[192.0.2.1]", "mx.example.com." as they stand in the settings. */
static char *plain_host(const char *host)
{
    gsize length;

    if (*host == '[')
        host++;
    if (g_str_has_prefix(host, "ipv6:"))
        host += strlen("ipv6:");
    length = strlen(host);
    while (length > 0 && strchr("].", host[length - 1]))
        length--;
    return g_strndup(host, length);
}

/* The server of that authserv-id whose methods are named. */
static const TrustedServer *server_named(const char *name, const MailTrust *trust)
{
    for (guint i = 0; trust->servers && i < trust->servers->len; i++) {
        const TrustedServer *server = g_ptr_array_index(trust->servers, i);

        if (g_ascii_strcasecmp(server->name, name) == 0)
            return server;
    }
    return NULL;
}

static bool is_trusted(const char *name, const MailTrust *trust)
{
    return is_in(name, trust->authserv_ids) || server_named(name, trust);
}

static bool is_own_hop(const char *received, const MailTrust *trust)
{
    g_autofree char *by = auth_received_by(received);
    g_autofree char *host = plain_host(by);

    return *host && (is_in(host, trust->trusted_hops) || is_trusted(host, trust));
}

/* Keeps a field that bears a trusted server's name.  `above`: no foreign Received stands above it.
 * No filter before us knows a name in quotes, or a blank before the colon, for its own field. */
static void add_field(TrustedFields *found, const HeaderField *header, bool above,
                      const MailTrust *trust)
{
    AuthField *field = auth_field_parse(header->value);

    if (!field)
        return;
    if (!is_trusted(field->server, trust)) {
        auth_field_free(field);
        return;
    }
    const TrustedServer *server = server_named(field->server, trust);
    field->methods = server ? server->methods : NULL;
    field->broken |= header->cut;
    bool counts =
        above && !field->quoted && !header->spaced && found->fields->len < AUTHRES_FIELDS_MAX;
    g_ptr_array_add(counts ? found->fields : found->others, field);
}

void authres_fields_find(TrustedFields *found, const HeaderView *view, const MailTrust *trust)
{
    const GPtrArray *headers = view->fields;
    bool above = true;

    found->fields = g_ptr_array_new_with_free_func((GDestroyNotify)auth_field_free);
    found->others = g_ptr_array_new_with_free_func((GDestroyNotify)auth_field_free);
    for (guint i = 0; i < headers->len; i++) {
        const HeaderField *header = g_ptr_array_index(headers, i);

        if (g_ascii_strcasecmp(header->name, "Received") == 0 && !is_own_hop(header->value, trust))
            above = false;
        if (g_ascii_strcasecmp(header->name, "Authentication-Results") == 0)
            add_field(found, header, above, trust);
    }
}

static guint count_results(const AuthField *field, const char *method)
{
    guint count = 0;

    for (guint i = 0; i < field->results->len; i++)
        count += auth_result_is(g_ptr_array_index(field->results, i), method);
    return count;
}

/* A broken one may have the method in the part that can't be read. */
const AuthField *authres_field_deciding(const GPtrArray *fields, const char *method)
{
    bool topmost = true;

    for (guint i = 0; i < fields->len; i++) {
        const AuthField *field = g_ptr_array_index(fields, i);
        bool asked = field->methods ? is_in(method, field->methods) : topmost;

        topmost &= field->methods != NULL;
        if (asked && (field->broken || count_results(field, method) > 0))
            return field;
    }
    return NULL;
}

const AuthField *authres_field_topmost(const GPtrArray *fields, const char *method)
{
    for (guint i = 0; i < fields->len; i++) {
        const AuthField *field = g_ptr_array_index(fields, i);

        if (count_results(field, method) > 0)
            return field;
    }
    return NULL;
}

/* The domain of "example.com", "@example.com" or "ann@example.com" in the form of folded addresses;
 * "" if it is none. */
static char *domain_of(const char *value)
{
    const char *at = strrchr(value, '@');
    g_autofree char *address = g_strconcat("x@", at ? at + 1 : value, NULL);
    g_autofree char *folded = address_fold(address);

    return g_strdup(address_domain(folded));
}

char *authres_domain(const AuthResult *result, const char *const *properties)
{
    for (; *properties; properties++) {
        const char *value = auth_result_find(result, *properties);

        if (value)
            return domain_of(value);
    }
    return g_strdup("");
}

/* Does a property that proves something stand twice in the result? */
static bool has_property_twice(const AuthResult *result)
{
    for (guint i = 1; i < result->pairs->len; i++) {
        const AuthPair *pair = g_ptr_array_index(result->pairs, i);

        if (g_str_has_prefix(pair->name, "header.") &&
            auth_result_find(result, pair->name) != pair->value)
            return true;
    }
    return false;
}

bool authres_field_proves_nothing(const AuthField *field)
{
    if (field->broken || count_results(field, "dmarc") > 1 || count_results(field, "arc") > 1)
        return true;
    for (guint i = 0; i < field->results->len; i++)
        if (has_property_twice(g_ptr_array_index(field->results, i)))
            return true;
    return false;
}
