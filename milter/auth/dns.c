/* The table of answers, and records from the wire.
 *
 * Record data comes from servers that senders choose: each length is checked, each name is held to
 * what host names are made of, and the sum is bounded.  Pure; a table belongs to one thread at a
 * time. */
#include "auth/dns.h"

#include <string.h>

struct DnsAnswers {
    GHashTable *known;  /* "TXT example.com" ─▶ DnsAnswer* */
    GHashTable *noted;  /* keys of `missing` */
    GPtrArray *missing; /* DnsQuestion* */
    DnsAnswer *no_name;
};

static const struct {
    DnsType type;
    const char *name;
} types[] = {
    { DNS_A, "A" }, { DNS_AAAA, "AAAA" }, { DNS_MX, "MX" }, { DNS_PTR, "PTR" }, { DNS_TXT, "TXT" },
};

const char *dns_type_name(DnsType type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (types[i].type == type)
            return types[i].name;
    }
    g_assert_not_reached();
}

static void record_free(gpointer data)
{
    DnsRecord *record = data;
    g_free(record->bytes);
    g_free(record);
}

DnsAnswer *dns_answer_new(DnsOutcome outcome)
{
    DnsAnswer *answer = g_new0(DnsAnswer, 1);
    answer->outcome = outcome;
    answer->records = g_ptr_array_new_with_free_func(record_free);
    return answer;
}

void dns_answer_free(DnsAnswer *answer)
{
    if (answer == NULL)
        return;
    g_ptr_array_unref(answer->records);
    g_free(answer);
}

/* Printable, space included (RFC 7208 has a macro for it), and without the one character that
 * changes what follows it. */
static bool is_name_byte(char c)
{
    return c >= ' ' && c < 127 && c != '\\';
}

/* A name on the wire as text; NULL: malformed.  *usable: every byte may stand in a name. */
static char *name_of(const guint8 *at, gsize length, bool *usable)
{
    g_autoptr(GString) name = g_string_new(NULL);
    *usable = true;
    while (length > 0 && *at != 0) {
        gsize label = *at;
        if (label > DNS_LABEL_MAX || label + 1 >= length)
            return NULL;
        for (gsize i = 1; i <= label; i++) {
            char c = (char)at[i];
            *usable = *usable && is_name_byte(c) && c != '.';
            g_string_append_c(name, g_ascii_tolower(c));
        }
        g_string_append_c(name, '.');
        at += label + 1;
        length -= label + 1;
    }
    if (length != 1 || name->len > DNS_NAME_MAX + 1)
        return NULL;
    g_string_truncate(name, name->len > 0 ? name->len - 1 : 0);
    return g_string_free(g_steal_pointer(&name), FALSE);
}

/* The strings of a TXT record, joined (RFC 7208 3.3, RFC 6376 3.6.2.2); NULL: malformed. */
static GString *text_of(const guint8 *at, gsize length)
{
    GString *text = g_string_sized_new(length);
    while (length > 0) {
        gsize part = *at;
        if (part + 1 > length) {
            g_string_free(text, TRUE);
            return NULL;
        }
        g_string_append_len(text, (const char *)at + 1, (gssize)part);
        at += part + 1;
        length -= part + 1;
    }
    return text;
}

static bool fail(DnsAnswer *answer)
{
    answer->outcome = DNS_FAILED;
    answer->size = 0;
    g_ptr_array_set_size(answer->records, 0);
    return false;
}

static bool keep(DnsAnswer *answer, guint16 preference, const void *bytes, gsize length)
{
    DnsRecord *record = g_new(DnsRecord, 1);
    *record = (DnsRecord){ .preference = preference, .length = length };
    record->bytes = g_malloc(length + 1);
    memcpy(record->bytes, bytes, length);
    record->bytes[length] = '\0';
    g_ptr_array_add(answer->records, record);
    answer->outcome = DNS_FOUND;
    return true;
}

static bool add_address(DnsAnswer *answer, const guint8 *rdata, gsize length, gsize expected)
{
    return length == expected ? keep(answer, 0, rdata, length) : fail(answer);
}

static bool add_name(DnsAnswer *answer, guint16 preference, const guint8 *rdata, gsize length)
{
    bool usable;
    g_autofree char *name = name_of(rdata, length, &usable);
    if (name == NULL)
        return fail(answer);
    return !usable || keep(answer, preference, name, strlen(name));
}

static bool add_text(DnsAnswer *answer, const guint8 *rdata, gsize length)
{
    g_autoptr(GString) text = text_of(rdata, length);
    return text != NULL ? keep(answer, 0, text->str, text->len) : fail(answer);
}

bool dns_answer_add(DnsAnswer *answer, DnsType type, const void *rdata, gsize length)
{
    const guint8 *bytes = rdata;
    answer->size += length;
    if (answer->records->len >= DNS_RECORDS_MAX || answer->size > DNS_BYTES_MAX)
        return fail(answer);
    switch (type) {
    case DNS_A:
        return add_address(answer, bytes, length, 4);
    case DNS_AAAA:
        return add_address(answer, bytes, length, 16);
    case DNS_TXT:
        return add_text(answer, bytes, length);
    case DNS_PTR:
        return add_name(answer, 0, bytes, length);
    case DNS_MX:
        if (length < 3)
            return fail(answer);
        return add_name(answer, (guint16)(bytes[0] << 8 | bytes[1]), bytes + 2, length - 2);
    }
    g_assert_not_reached();
}

static int compare_records(gconstpointer a, gconstpointer b)
{
    const DnsRecord *left = *(DnsRecord *const *)a;
    const DnsRecord *right = *(DnsRecord *const *)b;
    if (left->preference != right->preference)
        return left->preference < right->preference ? -1 : 1;
    return strcmp(left->bytes, right->bytes);
}

void dns_answer_sort(DnsAnswer *answer)
{
    g_ptr_array_sort(answer->records, compare_records);
}

static void question_free(gpointer data)
{
    DnsQuestion *question = data;
    g_free(question->name);
    g_free(question);
}

DnsAnswers *dns_answers_new(void)
{
    DnsAnswers *answers = g_new0(DnsAnswers, 1);
    answers->known =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)dns_answer_free);
    answers->noted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    answers->missing = g_ptr_array_new_with_free_func(question_free);
    answers->no_name = dns_answer_new(DNS_NO_NAME);
    return answers;
}

void dns_answers_free(DnsAnswers *answers)
{
    if (answers == NULL)
        return;
    g_hash_table_unref(answers->known);
    g_hash_table_unref(answers->noted);
    g_ptr_array_unref(answers->missing);
    dns_answer_free(answers->no_name);
    g_free(answers);
}

/* Lower case and without the dot at the end; NULL if it can't be a name. */
static char *plain_name(const char *name)
{
    gsize length = strlen(name);
    if (length > 0 && name[length - 1] == '.')
        length--;
    if (length == 0 || length > DNS_NAME_MAX)
        return NULL;
    gsize label = 0;
    for (gsize i = 0; i < length; i++) {
        if (!is_name_byte(name[i]) || (name[i] == '.' && label == 0))
            return NULL;
        label = name[i] == '.' ? 0 : label + 1;
        if (label > DNS_LABEL_MAX)
            return NULL;
    }
    return label > 0 ? g_ascii_strdown(name, (gssize)length) : NULL;
}

static char *key_of(DnsType type, const char *plain)
{
    return g_strconcat(dns_type_name(type), " ", plain, NULL);
}

const DnsAnswer *dns_ask(DnsAnswers *answers, DnsType type, const char *name)
{
    g_autofree char *plain = plain_name(name);
    if (plain == NULL)
        return answers->no_name;
    g_autofree char *key = key_of(type, plain);
    const DnsAnswer *answer = g_hash_table_lookup(answers->known, key);
    if (answer != NULL || !g_hash_table_add(answers->noted, g_steal_pointer(&key)))
        return answer;
    DnsQuestion *question = g_new(DnsQuestion, 1);
    *question = (DnsQuestion){ .type = type, .name = g_steal_pointer(&plain) };
    g_ptr_array_add(answers->missing, question);
    return NULL;
}

const GPtrArray *dns_answers_missing(const DnsAnswers *answers)
{
    return answers->missing;
}

void dns_answers_forget_missing(DnsAnswers *answers)
{
    g_hash_table_remove_all(answers->noted);
    g_ptr_array_set_size(answers->missing, 0);
}

void dns_answers_put(DnsAnswers *answers, DnsType type, const char *name, DnsAnswer *answer)
{
    g_autofree char *plain = plain_name(name);
    g_autofree char *key = plain != NULL ? key_of(type, plain) : NULL;
    if (key == NULL || g_hash_table_contains(answers->known, key))
        dns_answer_free(answer);
    else
        g_hash_table_insert(answers->known, g_steal_pointer(&key), answer);
}
