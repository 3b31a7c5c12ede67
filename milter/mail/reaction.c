/* Reactions (Gmail, Outlook) and recalls (Outlook) by part, shape and words.
 *
 * The person who clicked has written nothing, so such a mail is noted in its ticket and no more.
 * Anyone who writes a sentence of their own beside the emoji is read as usual: that is why the new
 * text is bounded, and why a recall must name the mail it recalls.  Pure; any thread. */
#include "mail/reaction.h"

#include "mail/automatic_words.h"
#include "mail/word_list.h"

#include <string.h>

#define REACTION_MAX 240 /* bytes of new text: emoji, name and sentence */
#define RECALL_MAX   600
#define SUBJECT_MAX  300

/* clang-format off */

/* Beside the emoji; folded, a row a language. */
static const char *const reactions[] = {
    /* en */ "reacted to your message|reacted via gmail|reacted to your email|reacted via outlook",
    /* de */ "hat auf ihre nachricht reagiert|hat auf deine nachricht reagiert|über gmail reagiert|"
             "per gmail reagiert|via gmail reagiert|hat mit gmail reagiert",
    /* fr */ "a réagi à votre message|a réagi à ton message|a réagi via gmail|a réagi avec gmail|"
             "a réagi depuis gmail|a réagi dans gmail",
    /* es */ "reaccionó a tu mensaje|ha reaccionado a tu mensaje|reaccionó a su mensaje|"
             "ha reaccionado a su mensaje|ha reaccionado mediante gmail|reaccionó mediante gmail|"
             "reaccionó a través de gmail|ha reaccionado a través de gmail|reaccionó vía gmail",
    /* it */ "ha reagito al tuo messaggio|ha reagito al messaggio|ha reagito tramite gmail|"
             "ha aggiunto una reazione",
    /* pt */ "reagiu à sua mensagem|reagiu à tua mensagem|reagiu pelo gmail|reagiu via gmail|"
             "reagiu através do gmail|reagiu a sua mensagem",
    /* nl */ "heeft gereageerd op uw bericht|heeft gereageerd op je bericht|gereageerd via gmail|"
             "heeft via gmail gereageerd",
    /* sv */ "reagerade på ditt meddelande|reagerade via gmail|har reagerat på ditt meddelande",
    /* no */ "reagerte på meldingen din|reagerte via gmail|har reagert på meldingen din",
    /* da */ "reagerede på din meddelelse|reagerede på din besked|reagerede via gmail|"
             "har reageret på din",
    /* fi */ "reagoi viestiisi|reagoi gmailin kautta|reagoi gmailissa",
    /* pl */ "zareagował na twoją wiadomość|zareagowała na twoją wiadomość|zareagował(a)|"
             "zareagował przez gmail|zareagowała przez gmail|reakcja przez gmail",
    /* cs */ "reagoval na vaši zprávu|reagovala na vaši zprávu|reagoval(a)|zareagoval(a)",
    /* ru */ "отреагировал на ваше сообщение|отреагировала на ваше сообщение|отреагировал(а)|"
             "отреагировал через gmail|реакция через gmail",
    /* uk */ "відреагував на ваше повідомлення|відреагувала на ваше повідомлення|відреагував(ла)",
    /* tr */ "letinize tepki verdi|mesajınıza tepki verdi|gmail aracılığıyla tepki verdi|"
             "gmail üzerinden tepki verdi",
    /* el */ "αντέδρασε στο μήνυμά σασ|αντέδρασε μέσω gmail",
    /* zh */ "对您的邮件做出了回应|对你的邮件做出了回应|已对你的邮件|通过 gmail|对您的消息|"
             "透過 gmail|對您的郵件",
    /* ja */ "さんがあなたのメッセージにリアクション|gmail でリアクション|gmail からリアクション|"
             "gmail を使用してリアクション|メッセージにリアクションしました",
    /* ko */ "메시지에 반응했습니다|gmail을 통해 반응|gmail로 반응|반응을 보냈습니다",
};

/* `labels` begin the subject, `sentences` stand in the text. */
static const struct {
    const char *labels, *sentences;
} recalls[] = {
    /* en */ { "recall: ", "would like to recall the message|would like to recall this message" },
    /* de */ { "rückruf: |zurückrufen: ", "möchte die nachricht|möchte diese nachricht" },
    /* fr */ { "rappel : |rappel: |rappeler : |rappeler: ",
               "souhaite rappeler le message|aimerait rappeler le message|"
               "voudrait rappeler le message" },
    /* es */ { "recuperar: |recuperación: |retirar: ",
               "desea recuperar el mensaje|quiere recuperar el mensaje|quisiera recuperar el mensaje|"
               "desea retirar el mensaje" },
    /* it */ { "richiamo: |richiama: |ritiro: ",
               "desidera richiamare il messaggio|vorrebbe richiamare il messaggio|"
               "desidera ritirare il messaggio" },
    /* pt */ { "recuperar: |recolher: |cancelar: |anular: |revogar: ",
               "gostaria de recuperar a mensagem|deseja recuperar a mensagem|"
               "gostaria de cancelar a mensagem|deseja cancelar a mensagem|"
               "gostaria de anular a mensagem|pretende anular a mensagem|"
               "gostaria de recolher a mensagem" },
    /* nl */ { "intrekken: |terugroepen: ", "wil het bericht|wil graag het bericht|wil dit bericht" },
    /* sv */ { "återkalla: |återkallelse: ", "vill återkalla meddelandet" },
    /* no */ { "tilbakekall: |tilbakekalling: |tilbakekalle: ",
               "ønsker å tilbakekalle meldingen|vil tilbakekalle meldingen|"
               "vil gjerne tilbakekalle meldingen" },
    /* da */ { "tilbagekald: |tilbagekaldelse: |tilbagekalde: ",
               "ønsker at tilbagekalde meddelelsen|vil gerne tilbagekalde meddelelsen|"
               "vil tilbagekalde meddelelsen" },
    /* fi */ { "kutsu takaisin: |peruutus: |palauta: |palautus: ",
               "haluaa peruuttaa viestin|haluaisi peruuttaa viestin|haluaa kutsua takaisin viestin|"
               "haluaa palauttaa viestin" },
    /* pl */ { "odwołanie: |odwołaj: |wycofanie: ",
               "chce odwołać wiadomość|chciałby odwołać wiadomość|chciałaby odwołać wiadomość|"
               "chce wycofać wiadomość" },
    /* cs */ { "odvolání: |odvolat: |stažení: ",
               "chce odvolat zprávu|by chtěl odvolat zprávu|by chtěla odvolat zprávu|si přeje odvolat" },
    /* ru */ { "отзыв: |отозвать: ",
               "хочет отозвать сообщение|хотел бы отозвать сообщение|хотела бы отозвать сообщение" },
    /* tr */ { "geri çek: |geri çağır: |geri çekme: |geri çağırma: ",
               "geri çekmek istiyor|geri çağırmak istiyor" },
    /* el */ { "ανάκληση: ", "θέλει να ανακαλέσει το μήνυμα|επιθυμεί να ανακαλέσει" },
    /* zh */ { "撤回: |召回: |收回: |撤回：|召回：|收回：", "撤回邮件|撤回此邮件|召回邮件|收回郵件|收回邮件|撤回以下邮件|回收郵件" },
    /* ja */ { "取り消し: |取り消し：|回収: |回収：|取消し: ", "取り消し|取り消す|回収" },
    /* ko */ { "회수: |메시지 회수: ", "메시지를 회수|회수하려고" },
};
/* clang-format on */

static bool is_emoji(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);

    return c > 0x7F && (type == G_UNICODE_OTHER_SYMBOL || type == G_UNICODE_UNASSIGNED);
}

bool reaction_is(const HeaderView *view, const Message *message)
{
    const char *reply = message->reply ? message->reply : "";

    if (strlen(reply) > REACTION_MAX || !is_emoji(g_utf8_get_char(reply)))
        return false;
    if (view->reaction)
        return true;
    g_autofree char *text = words_fold(reply, REACTION_MAX);
    for (gsize i = 0; i < G_N_ELEMENTS(reactions); i++)
        if (word_list_is_in(reactions[i], text))
            return true;
    return false;
}

/* What stands after the label; NULL if the subject begins with none of them. */
static const char *after_label(const char *labels, const char *subject)
{
    for (const char *label = labels; *label;) {
        const char *end = strchrnul(label, '|');
        gsize length = (gsize)(end - label);

        if (strncmp(subject, label, length) == 0 && subject[length] != '\0')
            return subject + length + strspn(subject + length, " ");
        label = end + (*end == '|');
    }
    return NULL;
}

bool recall_is(const Message *message)
{
    if (strlen(message->text) > RECALL_MAX)
        return false;
    g_autofree char *subject = words_fold(message->subject, SUBJECT_MAX);
    g_autofree char *text = words_fold(message->text, RECALL_MAX);

    for (gsize i = 0; i < G_N_ELEMENTS(recalls); i++) {
        const char *recalled = after_label(recalls[i].labels, subject);

        if (recalled && *recalled && strstr(text, recalled) &&
            word_list_is_in(recalls[i].sentences, text))
            return true;
    }
    return false;
}
