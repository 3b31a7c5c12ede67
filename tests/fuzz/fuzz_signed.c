/* Signed mails of any bytes.  The first line is the key record of all signers, the rest a mail
 * whose fields may have a letter for a name.  What is shown of a signature can't be read as more
 * than it is; verdicts don't hang on how the body is cut into chunks; nothing is valid under a
 * revoked key; a chain that holds is as long as its fields say. */
#include "auth/arc.h"

#include "../unit/auth_case.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1700000000

typedef struct {
    guint count, signatures;
    DkimReason reasons[DKIM_SIGNATURES_MAX];
    ArcResult chain;
} Verdicts;

static const char *long_name(const char *name)
{
    static const char *const names[][2] = {
        { "D", "DKIM-Signature" }, { "M", "ARC-Message-Signature" },
        { "S", "ARC-Seal" },       { "R", "ARC-Authentication-Results" },
        { "F", "From" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i][0]) == 0)
            return names[i][1];
    return name;
}

/* Lines without a colon are taken for fields of the name "X". */
static char *mended(const char *text)
{
    const char *body = strstr(text, "\n\n");
    g_autofree char *header = body ? g_strndup(text, (gsize)(body - text)) : g_strdup(text);
    g_auto(GStrv) lines = g_strsplit(header, "\n", -1);
    GString *out = g_string_new(NULL);

    for (char **line = lines; *line; line++) {
        char *colon = strchr(*line, ':');
        bool fold = (**line == ' ' || **line == '\t') && out->len > 0;

        if (fold || !colon || colon == *line || **line == ' ' || **line == '\t') {
            g_string_append_printf(out, "%s%s\n", fold ? "" : "X:", *line);
            continue;
        }
        *colon = '\0';
        g_string_append_printf(out, "%s:%s\n", long_name(*line), colon + 1);
    }
    g_string_append(out, body ? body + 1 : "");
    return g_string_free(out, FALSE);
}

static void check_text(const char *text)
{
    for (; text && *text; text++)
        g_assert(*text > ' ' && *text < 0x7F && !strchr(";()\"", *text));
}

static void check_shown(const DkimSignature *shown)
{
    check_text(shown->domain);
    check_text(shown->selector);
    check_text(shown->identity);
    check_text(shown->query);
    g_assert(!shown->query || strlen(shown->query) <= 253);
    g_assert((shown->reason == DKIM_REASON_VALID) == (shown->query != NULL));
}

static ArcResult verify_chain(const ArcCheck *check, const DkimAnswer *answer)
{
    DkimAnswer answers[ARC_INSTANCES_MAX + 1];

    for (guint i = 0; i < G_N_ELEMENTS(answers); i++)
        answers[i] = *answer;
    for (guint i = 0; i < arc_check_query_count(check); i++)
        check_text(arc_check_query(check, i));
    check_text(arc_check_sealer(check));
    g_assert(arc_check_query_count(check) <= ARC_INSTANCES_MAX + 1);
    g_assert((arc_check_sealer(check) != NULL) == (arc_check_results(check) != NULL));
    return arc_check_verify(check, answers, NOW);
}

static Verdicts verify(const AuthMail *mail, const DkimAnswer *answer, gsize chunk)
{
    const DkimField *fields = (const DkimField *)mail->fields->data;
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(DkimCheck) check = dkim_check_new(fields, mail->fields->len, "example.org", body);
    g_autoptr(ArcCheck) chain = arc_check_new(fields, mail->fields->len, body);
    Verdicts verdicts = { .count = dkim_check_count(check) };

    for (gsize at = 0; at < mail->body_length; at += chunk)
        dkim_body_add(body, mail->body + at, MIN(chunk, mail->body_length - at));
    dkim_body_end(body);
    g_assert(verdicts.count <= DKIM_SIGNATURES_MAX);
    for (guint i = 0; i < verdicts.count; i++) {
        check_shown(dkim_check_signature(check, i));
        verdicts.reasons[i] = dkim_check_verify(check, i, answer, NOW).reason;
    }
    verdicts.signatures = verdicts.count + dkim_check_left_out(check);
    verdicts.chain = verify_chain(chain, answer);
    return verdicts;
}

static guint count_of(const AuthMail *mail, const char *name)
{
    guint count = 0;

    for (guint i = 0; i < mail->fields->len; i++) {
        g_autofree char *own = g_strdup(g_array_index(mail->fields, DkimField, i).name);
        count += g_ascii_strcasecmp(g_strchomp(own), name) == 0;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    const char *rest = strchr(text, '\n');
    g_autoptr(GBytes) record = g_bytes_new(text, rest ? (gsize)(rest - text) : strlen(text));
    g_autoptr(GBytes) revoked = g_bytes_new_static("p=", 2);
    g_autofree char *whole = mended(rest ? rest + 1 : "");
    g_auto(AuthMail) mail = auth_mail_of(whole);
    DkimAnswer key = { DKIM_ANSWER_FOUND, &record, 1 }, none = { DKIM_ANSWER_FOUND, &revoked, 1 };
    Verdicts at_once = verify(&mail, &key, mail.body_length + 1), in_parts = verify(&mail, &key, 3);
    Verdicts without = verify(&mail, &none, mail.body_length + 1);

    g_assert(at_once.signatures == count_of(&mail, "DKIM-Signature"));
    g_assert(at_once.count == in_parts.count && at_once.count == without.count);
    for (guint i = 0; i < at_once.count; i++)
        g_assert(at_once.reasons[i] == in_parts.reasons[i] &&
                 without.reasons[i] != DKIM_REASON_VALID);
    g_assert(at_once.chain.outcome == in_parts.chain.outcome && without.chain.outcome != ARC_PASS);
    g_assert(at_once.chain.outcome != ARC_PASS ||
             (at_once.chain.instance == count_of(&mail, "ARC-Seal") &&
              at_once.chain.instance <= ARC_INSTANCES_MAX));
    return 0;
}
