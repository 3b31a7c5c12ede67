/* Bytes as a prompt file, or as everything a stranger writes into a prompt (the first byte says
 * which).  A file that loads must render; a mail must never bring the fence into the output. */
#include "../unit/prompt_fixture.h"
#include "base/text.h"
#include "prompt/prompt_file.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char plain[] = "---system\n---user\n{{fence}}{{mail.from_name}}|{{mail.subject}}\n"
                            "{{mail.text}}{{mail.quoted}}\n{{context}}{{fence}}";

static guint count_of(const char *text, const char *part)
{
    guint count = 0;

    for (text = strstr(text, part); text; text = strstr(text + 1, part))
        count++;
    return count;
}

static PromptText *render(const char *file, gsize length, const PromptCase *one)
{
    g_autoptr(Diags) diags = diags_new();
    Prompt *prompt = prompt_file_parse("p", file, length, "p", 1, diags);
    g_autoptr(GError) error = NULL;
    PromptText *text = NULL;

    g_assert((prompt == NULL) == (diags_count(diags) > 0));
    if (prompt) {
        text = prompt_render(prompt, &one->input, &one->privacy, &error);
        g_assert((text == NULL) == (error != NULL));
    }
    prompt_file_free(prompt);
    return text;
}

static void render_file(const char *file, gsize length, PromptCase *one)
{
    g_autoptr(PromptText) text = render(file, length, one);

    if (!text)
        return;
    g_assert(strlen(text->system) <= MUSTACHE_OUTPUT_MAX);
    g_assert(g_utf8_validate(text->system, -1, NULL));
    g_assert(g_utf8_validate(text->user, -1, NULL));
}

static void render_mail(const char *mail, gsize length, PromptCase *one)
{
    g_autofree char *clean = text_clean(mail, (gssize)length, G_MAXSIZE, NULL);
    g_autoptr(PromptText) text = NULL;

    one->message.reply = one->message.quoted = one->message.subject = clean;
    one->from.name = one->context.text = clean;
    one->input.fence = "ab";
    one->input.max_mail_bytes = (gint64)(length % 64);
    text = render(plain, strlen(plain), one);
    g_assert(text);
    g_assert(count_of(text->user, "ab") == 2);
    g_assert(g_utf8_validate(text->user, -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) fields = fields_from_text("field a ordered { low; high \"H\" }", diags);
    g_autoptr(GPtrArray) attachments = g_ptr_array_new();
    PromptCase one;

    if (size == 0)
        return 0;
    prompt_case_init(&one, fields, attachments);
    if (data[0] % 2)
        render_mail((const char *)data + 1, size - 1, &one);
    else
        render_file((const char *)data + 1, size - 1, &one);
    return 0;
}
