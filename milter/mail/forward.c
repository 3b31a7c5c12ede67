/* Mail that was passed on is recognised, its first author is not looked for.
 *
 * Mail programs put a prefix before the subject and a line above the old mail; some keep the old
 * Message-ID in References, so that a forwarded mail looks like an answer.  A prefix alone, or a
 * line alone, counts only where nothing is answered: people answer what was forwarded to them.
 * Pure; any thread. */
#include "mail/forward.h"

#include "base/text.h"

#include <string.h>

#define SUBJECT_MAX 300
#define MARK_MAX    120
#define START_MAX   65536
#define DASHES_MIN  3

/* Folded, with their colon.  "vs:" is Danish and Norwegian for passed on, Finnish for answered. */
static const char *const prefixes[] = {
    "fwd:",
    "fw:",
    "wg:",
    "tr:",
    "i:",
    "rv:",
    "reenv:",
    "enc:",
    "doorst:",
    "vb:",
    "vl:",
    "pd:",
    "ilt:",
    "i\u0307lt:",
    "πρθ:",
    "пер:",
    "пересл:",
    "转发:",
    "轉寄:",
    "轉發:",
    "転送:",
    "전달:",
    "fwd :",
    "fw :",
    "tr :",
    "[fwd:",
    "přep:",
    "przek:",
    "weitergeleitet:",
};
static const char doubtful[] = "vs:";

/* How a line above the old mail begins, folded, dashes and stars taken off. */
static const char *const lines[] = {
    "forwarded message",
    "forwarded by ",
    "begin forwarded message",
    "original message forwarded",
    "weitergeleitete nachricht",
    "weitergeleitete e-mail",
    "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail",
    "message transféré",
    "message transmis",
    "début du message transféré",
    "début du message réexpédié",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "início da mensagem encaminhada",
    "início da mensagem reencaminhada",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "inizio del messaggio inoltrato",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht",
    "vidarebefordrat brev",
    "vidarebefordrat meddelande",
    "vidarebefordrat mejl",
    "börja vidarebefordrat brev",
    "vidarebefordrat meddelande börjar",
    "videresendt melding",
    "videresendt e-post",
    "start på videresendt melding",
    "videresendt meddelelse",
    "videresendt mail",
    "start på videresendt besked",
    "välitetty viesti",
    "edelleenlähetetty viesti",
    "välitetty viesti alkaa",
    "wiadomość przekazana",
    "przekazana wiadomość",
    "treść przekazanej wiadomości",
    "przeposlaná zpráva",
    "přeposlaná zpráva",
    "předaná zpráva",
    "začátek přeposílané zprávy",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "перенаправленное сообщение",
    "начало переадресованного сообщения",
    "переслане повідомлення",
    "переадресоване повідомлення",
    "початок переадресованого повідомлення",
    "iletilen mesaj",
    "i\u0307letilen mesaj",
    "i\u0307letilmiş mesaj",
    "iletilmiş mesaj",
    "yönlendirilen mesaj",
    "başlangıç: iletilen mesaj",
    "προωθημένο μήνυμα",
    "έναρξη προωθημένου μηνύματοσ",
    "转发的邮件",
    "转发邮件信息",
    "已转发邮件",
    "轉寄郵件",
    "轉寄的郵件",
    "以下是转发的邮件",
    "転送メッセージ",
    "転送されたメッセージ",
    "転送メール",
    "전달된 메시지",
    "전달된 메일",
};

static bool begins(const char *text, const char *const *words, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (g_str_has_prefix(text, words[i]))
            return true;
    return false;
}

/* A mark has dashes around it, or is a line of its own with a colon behind it. */
static bool is_mark(const char *folded, bool dashes)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        if (g_str_has_prefix(folded, lines[i]) &&
            (dashes || strcmp(folded + strlen(lines[i]), ":") == 0))
            return true;
    return false;
}

static bool line_forwards(const char *line, gsize length)
{
    gsize dashes = 0;
    bool colon = length > 0 && (line[length - 1] == ':' ||
                                (length >= 3 && memcmp(line + length - 3, "：", 3) == 0));

    while (dashes < length && strchr("-*_=", line[dashes]))
        dashes++;
    if (length > 2 * MARK_MAX || dashes >= length || (dashes < DASHES_MIN && !colon))
        return false;
    const char *words = line + dashes;
    g_autofree char *raw = g_strndup(words, text_fit(words, MIN(length - dashes, MARK_MAX)));
    g_autofree char *folded = text_fold(g_strstrip(raw));
    return is_mark(folded, dashes >= DASHES_MIN);
}

static bool text_forwards(const char *text)
{
    const char *end = text + MIN(strlen(text), START_MAX);

    while (text < end) {
        const char *newline = strchrnul(text, '\n');

        if (line_forwards(text, (gsize)(newline - text)))
            return true;
        text = newline + (*newline != '\0');
    }
    return false;
}

bool forward_is(const HeaderView *view, const Message *message)
{
    g_autofree char *raw = g_strndup(message->subject, text_fit(message->subject, SUBJECT_MAX));
    g_autofree char *subject = text_fold(raw);
    bool answers = *message->in_reply_to || message->references->len > 0;
    bool prefix = begins(subject, prefixes, G_N_ELEMENTS(prefixes));

    if (header_find(view, "X-Forwarded-Message-Id") || (prefix && !answers))
        return true;
    if (!answers || prefix || g_str_has_prefix(subject, doubtful))
        return text_forwards(message->text);
    return false;
}
