/* Whatever a name server answers: records from the wire are read or refused within their bounds,
 * and SPF and DMARC come to an end with a bounded number of questions.  The first byte chooses what
 * the other questions are answered. */
#include "auth/dmarc.h"
#include "auth/spf.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const DnsType types[] = { DNS_A, DNS_AAAA, DNS_MX, DNS_PTR, DNS_TXT };

static void check_record(const DnsRecord *record, DnsType type)
{
    g_assert(record->bytes[record->length] == '\0');
    if (type == DNS_MX || type == DNS_PTR)
        g_assert(strlen(record->bytes) == record->length && record->length <= DNS_NAME_MAX);
    if (type == DNS_A || type == DNS_AAAA)
        g_assert(record->length == (type == DNS_A ? 4 : 16));
}

static void read_as(DnsType type, const uint8_t *data, size_t size)
{
    g_autoptr(DnsAnswer) answer = dns_answer_new(DNS_NO_DATA);
    bool added = dns_answer_add(answer, type, data, size);
    g_assert(added == (answer->outcome != DNS_FAILED));
    g_assert((answer->outcome == DNS_FOUND) == (answer->records->len > 0));
    for (guint i = 0; i < answer->records->len; i++)
        check_record(g_ptr_array_index(answer->records, i), type);
}

/* The text as a record of one string after the other. */
static DnsAnswer *text_answer(const char *text, size_t size)
{
    DnsAnswer *answer = dns_answer_new(DNS_NO_DATA);
    g_autoptr(GByteArray) rdata = g_byte_array_new();
    for (size_t at = 0; at < size; at += 255) {
        guint8 length = (guint8)MIN(size - at, 255);
        g_byte_array_append(rdata, &length, 1);
        g_byte_array_append(rdata, (const guint8 *)text + at, length);
    }
    dns_answer_add(answer, DNS_TXT, rdata->data, rdata->len);
    return answer;
}

static DnsAnswer *answer_to(const DnsQuestion *question, guint8 kind, const char *text, size_t size)
{
    if (question->type == DNS_TXT && (kind & 1 || strcmp(question->name, "example.com") == 0))
        return text_answer(text, size);
    DnsAnswer *answer = dns_answer_new((DnsOutcome)(kind >> 1 & 3));
    answer->outcome = answer->outcome == DNS_FOUND ? DNS_NO_DATA : answer->outcome;
    if (kind & 8 && question->type == DNS_A)
        dns_answer_add(answer, DNS_A, "\300\0\2\7", 4);
    if (kind & 16 && question->type == DNS_PTR)
        dns_answer_add(answer, DNS_PTR, "\1a\7example\3com", 15);
    for (guint i = 0; kind & 32 && question->type == DNS_MX && i < 10; i++) {
        const char rdata[] = { 0, 10, 1, (char)('a' + i), 0 };
        dns_answer_add(answer, DNS_MX, rdata, sizeof rdata);
    }
    return answer;
}

static void check_spf(guint8 kind, const char *text, size_t size)
{
    const SpfQuery query = { "192.0.2.7", "helo.example", "ann+tag@example.com" };
    g_autoptr(DnsAnswers) answers = dns_answers_new();
    SpfResult result;
    guint questions = 0;
    while (!spf_check(&query, answers, &result)) {
        const GPtrArray *missing = dns_answers_missing(answers);
        g_assert(missing->len > 0);
        questions += missing->len;
        g_assert(questions <= 150);
        for (guint i = 0; i < missing->len; i++) {
            const DnsQuestion *question = g_ptr_array_index(missing, i);
            dns_answers_put(answers, question->type, question->name,
                            answer_to(question, kind, text, size));
        }
        dns_answers_forget_missing(answers);
    }
    g_assert(spf_result_name(result) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        read_as(types[i], data, size);
    if (size == 0)
        return 0;
    g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
    DmarcRecord record;
    if (dmarc_read(text, data[0] & 1, &record))
        g_assert(record.result == DMARC_PASS && dmarc_policy_name(record.policy) != NULL);
    check_spf(data[0], (const char *)data + 1, size - 1);
    return 0;
}
