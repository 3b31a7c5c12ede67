/* Answers of a DNS that tests make up: rows of type, name and value. */
#pragma once

#include "auth/dns.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct {
    DnsType type;
    const char *name;
    const char *value; /* "192.0.2.1", "2001:db8::1", "10 mx.example.com", "host.example.com", or a
                          text; "FAILED": no answer; "": the name exists, without such a record */
} DnsRow;

static inline void append_name(GByteArray *rdata, const char *name)
{
    g_auto(GStrv) labels = g_strsplit(name, ".", -1);
    for (char **label = labels; *label != NULL && **label != '\0'; label++) {
        guint8 length = (guint8)strlen(*label);
        g_byte_array_append(rdata, &length, 1);
        g_byte_array_append(rdata, (const guint8 *)*label, length);
    }
    g_byte_array_append(rdata, (const guint8 *)"", 1);
}

static inline void append_text(GByteArray *rdata, const char *text)
{
    for (gsize left = strlen(text); left > 0;) {
        guint8 length = (guint8)MIN(left, 255);
        g_byte_array_append(rdata, &length, 1);
        g_byte_array_append(rdata, (const guint8 *)text, length);
        text += length;
        left -= length;
    }
}

/* Record data as it stands on the wire. */
static inline GByteArray *rdata_of(const DnsRow *row)
{
    GByteArray *rdata = g_byte_array_new();
    guint8 address[16];
    if (row->type == DNS_A || row->type == DNS_AAAA) {
        g_assert(inet_pton(row->type == DNS_A ? AF_INET : AF_INET6, row->value, address) == 1);
        g_byte_array_append(rdata, address, row->type == DNS_A ? 4 : 16);
    } else if (row->type == DNS_MX) {
        const guint8 preference[2] = { 0, (guint8)atoi(row->value) };
        g_byte_array_append(rdata, preference, 2);
        append_name(rdata, strchr(row->value, ' ') + 1);
    } else if (row->type == DNS_PTR) {
        append_name(rdata, row->value);
    } else {
        append_text(rdata, row->value);
    }
    return rdata;
}

static inline DnsAnswer *zone_answer(const DnsRow *zone, gsize rows, const DnsQuestion *question)
{
    DnsAnswer *answer = dns_answer_new(DNS_NO_NAME);
    for (gsize i = 0; i < rows; i++) {
        if (strcmp(zone[i].name, question->name) != 0)
            continue;
        if (answer->outcome == DNS_NO_NAME)
            answer->outcome = DNS_NO_DATA;
        if (zone[i].type != question->type || zone[i].value[0] == '\0')
            continue;
        if (strcmp(zone[i].value, "FAILED") == 0) {
            answer->outcome = DNS_FAILED;
            break;
        }
        g_autoptr(GByteArray) rdata = rdata_of(&zone[i]);
        if (!dns_answer_add(answer, question->type, rdata->data, rdata->len))
            break;
    }
    dns_answer_sort(answer);
    return answer;
}

/* Answers all that is missing; how many questions that were. */
static inline guint zone_give(const DnsRow *zone, gsize rows, DnsAnswers *answers)
{
    const GPtrArray *missing = dns_answers_missing(answers);
    guint count = missing->len;
    for (guint i = 0; i < count; i++) {
        const DnsQuestion *question = g_ptr_array_index(missing, i);
        dns_answers_put(answers, question->type, question->name, zone_answer(zone, rows, question));
    }
    dns_answers_forget_missing(answers);
    return count;
}
