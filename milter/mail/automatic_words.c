/* The words of programs, a row a language or a server.
 *
 * All of it is folded by hand: small letters, "ss" for ß, straight quotes.  A word of a subject
 * that ends in a letter is a label: only punctuation or nothing may follow.  A row proves nothing
 * by itself; automatic.c asks for a second sign.  Pure; any thread. */
#include "mail/automatic_words.h"

#include "base/text.h"
#include "mail/word_list.h"

#include <string.h>

typedef struct {
    const char *language;
    const char *labels; /* between '|'; nobody else gives a mail this subject */
    const char *topics; /* people do too */
    const char *phrases;
} Answers;

/* clang-format off */
static const Answers answers[] = {
    { "en",
      "automatic reply|auto reply|auto-reply|autoreply|auto response|auto-response|"
      "autoresponse|autoresponder|automatic response|automated reply|automated response|"
      "automatic reply from|out of office|out of the office|out-of-office|"
      "out of office autoreply|out of office auto-reply|out of office reply|"
      "out of office notification|away from the office|away from my mail|vacation reply|"
      "vacation message|vacation notice|absence notice|i am away|i'm away|"
      "we have received your message|we received your message|"
      "your email requires verification|please confirm your message",
      "away|vacation|on vacation|on holiday|on leave|on annual leave|absence|auto|ooo",
      "out of the office|out of office|out of my office|away from the office|"
      "away from my desk|away from my mail|i am away|i'm away|i am currently away|"
      "on vacation|on holiday|on annual leave|on leave|on parental leave|"
      "on maternity leave|limited access to e-mail|limited access to email|"
      "limited access to my e|this is an automat|this is an auto|automatically generated|"
      "automated response|automated reply|automatic reply|no longer work|no longer with|"
      "have left the company|has left the company|we have received your|we received your|"
      "has been received|will get back to you|mailbox is no longer monitored|not monitored|"
      "i will be back|i will return|verify that your message" },
    { "de",
      "automatische antwort|automatische rückantwort|automatische abwesenheitsnotiz|"
      "abwesenheitsnotiz|abwesenheitsmeldung|abwesend|automatische rückmeldung|"
      "automatisch generierte antwort|nicht im büro|ausser haus|"
      "ausser haus-benachrichtigung|autom. antwort",
      "abwesenheit|urlaub|im urlaub|eingangsbestätigung|nicht im haus",
      "nicht im büro|nicht im haus|ausser haus|nicht erreichbar|bin abwesend|"
      "bin ich abwesend|im urlaub|in elternzeit|ich bin derzeit|ich bin ab dem|ich bin bis|"
      "ich bin vom|wieder erreichbar|wieder im büro|nicht mehr im unternehmen|"
      "nicht mehr für die|wird nicht weitergeleitet|automatisch generiert|"
      "automatisch erzeugt|automatische antwort|automatisch erstellt|"
      "haben ihre nachricht erhalten|haben ihre e-mail erhalten|ist bei uns eingegangen|"
      "eingang ihrer" },
    { "fr",
      "réponse automatique|message automatique|réponse automatisée|absence du bureau|"
      "absent du bureau|notification d'absence|message d'absence",
      "absence|absent|absente|en congés|accusé de réception",
      "absent|absente|je suis en congé|en congés|de retour le|réponse automatique|"
      "message automatique|accès limité|avons bien reçu|en mon absence|ne travaille plus" },
    { "es",
      "respuesta automática|respuesta automatica|fuera de la oficina|fuera de oficina|"
      "mensaje automático|contestación automática",
      "ausente|ausencia|de vacaciones|acuse de recibo",
      "fuera de la oficina|fuera de oficina|de vacaciones|estaré ausente|estoy ausente|"
      "respuesta automática|mensaje automático|hemos recibido su|hemos recibido tu|"
      "acceso limitado|volveré el" },
    { "pt",
      "resposta automática|resposta automatica|ausência temporária|fora do escritório|"
      "ausente do escritório|mensagem automática",
      "ausência|ausente|de férias|em férias",
      "fora do escritório|de férias|em férias|estarei ausente|estou ausente|"
      "resposta automática|mensagem automática|recebemos a sua|recebemos sua|"
      "acesso limitado" },
    { "it",
      "risposta automatica|fuori sede|fuori ufficio|fuori dall'ufficio|"
      "risposta automatica di assenza|messaggio automatico|avviso di assenza",
      "assenza|assente|in ferie",
      "fuori sede|fuori ufficio|in ferie|sono assente|sarò assente|risposta automatica|"
      "messaggio automatico|abbiamo ricevuto|rientrerò|al mio rientro" },
    { "nl",
      "automatisch antwoord|automatische reactie|niet op kantoor|afwezigheidsbericht",
      "afwezig|afwezigheid|niet aanwezig|ontvangstbevestiging|met vakantie|op vakantie",
      "niet op kantoor|niet aanwezig|ben ik afwezig|ben afwezig|met vakantie|op vakantie|"
      "automatisch antwoord|automatisch bericht|automatisch gegenereerd|"
      "hebben uw bericht ontvangen|hebben uw e-mail ontvangen|beperkt bereikbaar|"
      "weer aanwezig" },
    { "sv",
      "autosvar|automatiskt svar|frånvaromeddelande|ej på kontoret|inte på kontoret",
      "frånvaro|frånvarande|semester",
      "inte på kontoret|ej på kontoret|är på semester|har semester|är ledig|är frånvarande|"
      "autosvar|automatiskt svar|automatiskt meddelande|vi har mottagit|vi har tagit emot|"
      "åter på kontoret|är tillbaka" },
    { "no",
      "automatisk svar|autosvar|automatisk svarmelding|fraværsmelding|ikke på kontoret",
      "fravær|ferie",
      "ikke på kontoret|på ferie|har ferie|er bortreist|automatisk svar|automatisk melding|"
      "vi har mottatt|tilbake på kontoret|er tilbake" },
    { "da",
      "automatisk svar|autosvar|automatisk besked|ikke til stede|ikke på kontoret|"
      "fraværsbesked",
      "fravær|ferie",
      "ikke på kontoret|på ferie|holder ferie|er bortrejst|ikke til stede|automatisk svar|"
      "automatisk besked|vi har modtaget|tilbage på kontoret|er tilbage" },
    { "fi",
      "automaattinen vastaus|poissaoloilmoitus|poissa toimistosta|automaattivastaus",
      "poissaolo|poissa|lomalla",
      "poissa toimistosta|olen poissa|olen lomalla|olen vuosilomalla|automaattinen vastaus|"
      "automaattivastaus|automaattinen viesti|olemme vastaanottaneet|palaan töihin" },
    { "pl",
      "automatyczna odpowiedź|odpowiedź automatyczna|autoodpowiedź|autoresponder|"
      "poza biurem",
      "nieobecność|nieobecny|urlop|jestem na urlopie",
      "poza biurem|na urlopie|jestem nieobecn|będę nieobecn|automatyczna odpowiedź|"
      "wiadomość automatyczna|wiadomość wygenerowana automatycznie|otrzymaliśmy|"
      "ograniczony dostęp" },
    { "cs",
      "automatická odpověď|odpověď v nepřítomnosti|mimo kancelář|nejsem v kanceláři|"
      "automatická odpověď v nepřítomnosti",
      "nepřítomnost|dovolená",
      "mimo kancelář|nejsem v kanceláři|na dovolené|nebudu přítom|nejsem přítom|"
      "automatická odpověď|automatická zpráva|obdrželi jsme|přijali jsme|čerpám dovolenou" },
    { "ru",
      "автоответ|автоматический ответ|автоответчик|вне офиса|нет на рабочем месте",
      "отсутствие|в отпуске|отпуск|нет на месте",
      "вне офиса|в отпуске|отсутствую|буду отсутствовать|автоматический ответ|"
      "автоматическое сообщение|автоматическое уведомление|нет на рабочем месте|"
      "мы получили ваш|ваше письмо получено|ваше сообщение получено|ограниченный доступ" },
    { "uk",
      "автоматична відповідь|автовідповідь|поза офісом",
      "відсутність|у відпустці|відпустка|немає на місці",
      "поза офісом|у відпустці|відсутній|відсутня|автоматична відповідь|"
      "автоматичне повідомлення|ми отримали ваш|ваш лист отримано|обмежений доступ" },
    { "tr",
      "otomatik yanıt|otomatik cevap|ofis dışında|ofis dışı|ofis dışındayım",
      "izindeyim|izinde|i\u0307zindeyim|i\u0307zinde",
      "ofis dışında|ofiste değilim|ofis dışındayım|zindeyim|zinde olacağım|yıllık izin|"
      "otomatik yanıt|otomatik olarak|otomatik mesaj|letiniz alınmıştır|"
      "mesajınız alınmıştır|e-postanız alınmıştır|mesajınızı aldık|sınırlı erişim" },
    { "el",
      "αυτόματη απάντηση|εκτόσ γραφείου|απουσία από το γραφείο",
      "απουσία|σε άδεια",
      "εκτόσ γραφείου|απουσιάζω|θα απουσιάσω|είμαι σε άδεια|σε άδεια|αυτόματη απάντηση|"
      "αυτόματο μήνυμα|λάβαμε το|λάβαμε τη" },
    { "zh",
      "自动回复|自動回覆|自动答复|自動回應|不在办公室|不在辦公室|休假通知|外出通知|自动应答",
      "外出|休假",
      "不在办公室|不在辦公室|休假|外出|自动回复|自動回覆|自动发送|自動發送|自動回應|已收到您的|收到您的|我们已收到|我們已收到|无法及时|無法即時" },
    { "ja",
      "自動応答|自動返信|自動応答メッセージ|不在通知|不在のお知らせ|休暇のお知らせ|不在のため自動返信",
      "不在|休暇",
      "不在にして|不在と|不在の|休暇中|休暇を|休暇の|自動応答|自動返信|自動で返信|自動的に送信|自動送信|受け付けました|受付いたしました|受付けました|出張中|"
      "出張のため|外出中" },
    { "ko",
      "자동 회신|자동회신|자동 응답|자동응답|부재 알림",
      "부재중|부재 중|휴가|휴가 중",
      "부재중|부재 중|자리를 비|휴가 중|휴가중|자동 회신|자동 응답|자동으로 발송|자동 발송|접수되었습니다|출장 중|사무실에 없" },
};

typedef struct {
    const char *server;
    const char *subjects;
    const char *lines; /* how their text begins */
} Bounces;

static const Bounces bounces[] = {
    { "postfix", "undelivered mail returned to sender|delayed mail (still being retried)|"
      "successful mail delivery report|mail delivery status report|postmaster copy: undelivered mail",
      "this is the mail system at host|this is the postfix program at host|"
      "this is the postfix mail system at host|i'm sorry to have to inform you that your message" },
    { "sendmail", "returned mail: |warning: could not send message|warning: returning mail|"
      "postmaster notify: ",
      "the original message was received at|the following address|"
      "this is a warning message only|this is a mime-encapsulated message|"
      "transcript of session follows" },
    { "exim", "mail delivery failed|mail delivery failed: |mail failure|mail failure - |"
      "warning: message |message frozen",
      "this message was created automatically by mail delivery software|"
      "a message that you sent could not be delivered|a message that you sent contained|"
      "a message that you have sent could not be delivered|"
      "this is a permanent error. the following address" },
    { "qmail", "failure notice|mail delivery failure",
      "hi. this is the |hi! this is the |hi. this is a |hi. the mta program at |"
      "i'm afraid i wasn't able to deliver|"
      "this message was looping|this is the machine generated message from" },
    { "courier", "notice: mail delivery status", "this is a delivery status notification from" },
    { "exchange", "undeliverable: |undeliverable|undeliverable mail|undelivered: |"
      "delivery status notification|delivery delayed: |delivery delayed|undeliverable message|"
      "non-delivery notification|non delivery notification|ndn: |message expired|"
      "unzustellbar: |unzustellbar|nicht zugestellt: |verzögerte zustellung: |non remis : |non remis: |"
      "échec de remise|"
      "no se puede entregar: |no entregado: |não é possível entregar: |não entregue: |"
      "non recapitabile: |non è possibile recapitare: |onbestelbaar: |kan niet worden bezorgd: |"
      "kan inte levereras: |går inte att leverera: |kan ikke leveres: |ikke-leverbar: |"
      "ei voida toimittaa: |nie można dostarczyć: |niedostarczalne: |nelze doručit: |nedoručitelné: |"
      "не удаётся доставить: |не удается доставить: |недоставлено: |не вдалося доставити: |"
      "teslim edilemedi: |teslim edilemiyor: |δεν είναι δυνατή η παράδοση: |"
      "无法送达: |未送达: |無法傳遞: |未傳遞: |配信不能: |配信できません: |배달되지 않음: |배달할 수 없음: ",
      "your message did not reach some or all of the intended|your message to the following recipient|"
      "delivery has failed to these recipients|delivery to the following recipients failed|"
      "delivery is delayed to these recipients|your message couldn't be delivered|"
      "this is an automatically generated delivery status notification|"
      "the following recipient(s) could not be reached|the following recipient(s) cannot be reached|"
      "the following addresses had delivery problems|"
      "delivery to these recipients or groups is delayed|"
      "fehler bei der nachrichtenzustellung|die zustellung an folgende empfänger|"
      "ihre nachricht hat einige oder alle empfänger nicht|ihre nachricht wurde nicht zugestellt|"
      "la remise a échoué pour|échec de la remise|votre message n'est pas parvenu|"
      "error al entregar a los|no se pudo entregar el mensaje|"
      "falha na entrega a|recapito non riuscito|bezorging is mislukt|leveransen misslyckades|"
      "dostarczenie do następujących|не удалось доставить сообщение|сбой доставки|"
      "次の受信者またはグループへの配信できませんでした|以下の受信者への配信に失敗" },
    { "gmail", "delivery status notification (failure)|delivery status notification (delay)|"
      "undeliverable mail",
      "delivery to the following recipient failed|delivery to the following recipient has been|"
      "address not found|message not delivered|message blocked|"
      "delivery incomplete|message too large|recipient inbox full|"
      "hello, we're writing to let you know" },
    { "yahoo, aol", "failure notice|delivery failure|delivery failed|mail system error - returned mail",
      "sorry, we were unable to deliver your message|message from yahoo|"
      "your mail to the following recipients could not be delivered" },
    { "domino", "delivery failure: |delivery failure|delivery report|delivery failure report|"
      "zustellfehler: ",
      "your message|your document:|failure reasons" },
    { "others", "mail delivery error|mail delivery problem|mail delivery status|mail system error|"
      "mail could not be delivered|message could not be delivered|message delivery failure|"
      "message status - undeliverable|message undeliverable|non-delivery report|undelivered mail|"
      "non delivery report|nondeliverable mail|undeliverable mail: |undeliverable message: |"
      "unable to deliver|unable to deliver your message|could not deliver|fail to deliver: |"
      "delivery status|permanent delivery failure|temporary delivery failure|mail undeliverable|"
      "email could not be delivered|mail delivery failure notification|"
      "delivery notification|delivery error|delivery problem|returned mail|returned to sender|"
      "mail returned|user unknown|error sending mail|email delivery failure|[bounce]|bounced mail|"
      "there was an error sending your mail|delivery unsuccessful|delivery unsuccessful: |"
      "failure notice : |rejected mail: |message delivery has failed|message delivery failed|"
      "message not delivered|mail not delivered|email not delivered|your message was not delivered|"
      "your message could not be delivered|your mail could not be delivered|"
      "nachricht nicht zustellbar|zustellung fehlgeschlagen|mail nicht zustellbar|"
      "e-mail nicht zustellbar|nicht zustellbar: |zustellung nicht möglich|unzustellbare nachricht|"
      "ihre nachricht konnte nicht zugestellt werden|ihre e-mail konnte nicht zugestellt werden|"
      "message non remis|échec de la distribution|échec de la remise|message non distribué|"
      "courriel non distribué|échec d'envoi|"
      "error de entrega|mensaje no entregado|no se pudo entregar|no se pudo entregar su mensaje|"
      "correo devuelto|mensaje devuelto|fallo en la entrega|aviso de no entrega|"
      "mancata consegna|avviso di mancata consegna|messaggio non consegnato|"
      "impossibile recapitare il messaggio|errore di consegna|"
      "mensagem não entregue|falha na entrega|não foi possível entregar|mensagem devolvida|"
      "bericht niet bezorgd|niet bezorgd: |bezorging mislukt|mail niet bezorgd|"
      "meddelandet kunde inte levereras|kunde inte leverera|meldingen ble ikke levert|"
      "kunne ikke leveres|meddelelsen blev ikke leveret|viestiä ei voitu toimittaa|"
      "nie dostarczono|nie można dostarczyć wiadomości|wiadomość niedostarczona|zwrot wiadomości|"
      "zprávu nelze doručit|nedoručená zpráva|zpráva nebyla doručena|"
      "недоставленное сообщение|ошибка доставки|сообщение не доставлено|письмо не доставлено|"
      "не удалось доставить|возврат письма|лист не доставлено|не вдалося доставити|"
      "ileti teslim edilemedi|teslim edilemedi|mesajınız iletilemedi|"
      "宛先不明|送信エラー|配信エラー|メール配信エラー|送信できませんでした|メール配信に失敗しました|"
      "配信に失敗しました|配送できませんでした|配信できませんでした|メールを配信できません|"
      "メッセージを配信できません|メールが送信できません|メールを送信できません|未配信|"
      "メール配送エラー|配送エラー|退信通知|系统退信|退信|邮件投递失败|投递失败|邮件发送失败|"
      "发送失败|无法投递|郵件無法傳遞|郵件退回|退件通知|寄信失敗|"
      "반송|반송 메일|반송메일|전송 실패|메일 전송 실패|발송 실패|메일 발송 실패|배달 실패|"
      "수신자를 찾을 수 없습니다",
      "your message could not be delivered|your mail could not be delivered|"
      "your message cannot be delivered|the message could not be delivered|"
      "your message was not delivered|the following message could not be delivered|"
      "the following message was undeliverable|the message you sent|unable to deliver|could not deliver|"
      "the message that you sent|the following mail could not be|could not be delivered to|"
      "the user(s) account is|there was an error|we were unable to deliver|we are unable to deliver|"
      "following message could not be delivered|this message was undeliverable|"
      "mdaemon has detected|the delivery status of your message|your e-mail could not be delivered|"
      "your email could not be delivered|your email to |your mail to |sorry, your message|"
      "this is a permanent failure|this report relates to a message you sent|"
      "this is an informative message sent by|message could not be delivered|"
      "diese nachricht wurde automatisch|ihre e-mail konnte nicht|ihre nachricht konnte nicht|"
      "ce message a été généré automatiquement|votre message n'a pas pu|"
      "это письмо отправлено почтовым сервером|это сообщение создано автоматически|"
      "это письмо создано автоматически|ваше сообщение не|"
      "次のあて先|次の宛先|以下の宛先|以下のあて先|このメールは|送信されたメール|お客様の|"
      "次のメッセージは配信できません|次のメッセージを配信できません|以下のメッセージは配信|"
      "メッセージを配信できません|メールを配信できません|送信したメールは|あなたが送信した|"
      "抱歉|您的邮件|很抱歉|您發送的郵件|您的郵件|귀하의 메일|보내신 메일" },
};

static const char *const bounce_names =
    "mail delivery subsystem|mail delivery system|mail deliver system|mail delivery service|"
    "mail delivery agent|mail delivery|system administrator|systemadministrator|mail administrator|"
    "mail router|mailer-daemon|mailer daemon|internet mail delivery|postmaster|microsoft outlook|"
    "microsoft exchange|mail delivery problem|delivery status notification|administrateur système|"
    "administrador del sistema|amministratore di sistema|системный администратор|bounce|interscan|"
    "interscan mss|interscan notificationmss|interscan messaging security suite|mail-daemon|"
    "mailmarshal|mail system|mail delivery notification";

/* Of local parts, '-', '_' and '.' taken out: where they stand, and which. */
static const char *const no_reply_anywhere =
    "noreply|donotreply|dontreply|nepasrepondre|nonrepondre|nichtantworten|bittenichtantworten|"
    "keineantwort|noresponder|norespond|naoresponda|naoresponder|nonrispondere|nietbeantwoorden|"
    "nietantwoorden|svarainte|svaraej|ejsvara|ikkesvar|svarikke|besvarikke|eivastaa|"
    "nieodpowiada|neodpovidej|neodpovidat|neotvechat|neotvechai|nevidpovida|yanitlama|cevaplama|"
    "cevapvermeyin|minapantate|autoresponder|unmonitored";
static const char *const no_reply_begins = "nereply|devnull|mailerdaemon|autoreply|autoconfirm";
/* clang-format on */

char *words_fold(const char *text, gsize max)
{
    g_autofree char *start = g_strndup(text, text_fit(text, max));
    g_autofree char *folded = text_fold(start);
    g_auto(GStrv) pieces = g_strsplit(folded, "\u2019", -1);

    return g_strjoinv("'", pieces);
}

static const char *without_brackets(const char *folded)
{
    return folded + strspn(folded, "[(*<\"' ");
}

AnswerSubject words_answer_subject(const char *folded_subject)
{
    const char *subject = without_brackets(folded_subject);
    AnswerSubject found = ANSWER_SUBJECT_NONE;

    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        if (word_list_labels(answers[i].labels, subject))
            return ANSWER_SUBJECT_LABEL;
        if (word_list_labels(answers[i].topics, subject))
            found = ANSWER_SUBJECT_TOPIC;
    }
    return found;
}

bool words_answer_text(const char *folded_text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
        if (word_list_is_in(answers[i].phrases, folded_text))
            return true;
    return false;
}

bool words_bounce_subject(const char *folded_subject)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bounces); i++)
        if (word_list_labels(bounces[i].subjects, folded_subject))
            return true;
    return false;
}

bool words_bounce_line(const char *folded_line)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bounces); i++)
        if (word_list_begins(bounces[i].lines, folded_line))
            return true;
    return false;
}

bool words_bounce_name(const char *folded_name)
{
    return word_list_labels(bounce_names, folded_name);
}

bool words_no_reply(const char *address)
{
    g_autoptr(GString) local = g_string_new(NULL);

    for (; *address && *address != '@'; address++)
        if (!strchr("-_.", *address))
            g_string_append_c(local, *address);
    return word_list_is_in(no_reply_anywhere, local->str) ||
           word_list_begins(no_reply_begins, local->str) || strstr(address, "@noreply.") ||
           strstr(address, ".noreply.") || strstr(address, "@no-reply.");
}
