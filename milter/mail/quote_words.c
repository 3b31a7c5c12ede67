/* The words by which mail programs announce what they quote and sign: a row for each language, so
 * that a new language is a row.  Words are written in lower case, with blanks as one space. */
#include "mail/quote.h"

/* clang-format off */
const QuoteLanguage quote_languages[] = {
    { .openers = { "on " }, .verbs = { "wrote", "writes" }, /* English */
      .from = { "from" }, .date = { "sent", "date" }, .to = { "to" }, .subject = { "subject" },
      .originals = { "original message", "forwarded message", "begin forwarded message",
                     "forwarded by", "original appointment" },
      .above = { "reply above this line", "please reply above this line",
                 "please type your reply above", "type your reply above" },
      .devices = { { "sent from", "" }, { "sent via", "" }, { "sent with", "" },
                   { "sent by", "galaxy" }, { "get outlook for", "" }, { "from my iphone", "" },
                   { "", "via mobile" }, { "", "from mobile" } } },
    { .openers = { "am " }, .verbs = { "schrieb", "schreibt" }, /* German */
      .from = { "von" }, .date = { "gesendet", "datum" }, .to = { "an" }, .subject = { "betreff" },
      .originals = { "ursprüngliche nachricht", "originalnachricht", "weitergeleitete nachricht",
                     "anfang der weitergeleiteten nachricht", "original-nachricht" },
      .above = { "bitte antworten sie oberhalb dieser", "antworten sie oberhalb dieser",
                 "bitte oberhalb dieser zeile antworten" },
      .devices = { { "von mein", "gesendet" }, { "gesendet von", "" }, { "gesendet mit", "" },
                   { "diese nachricht wurde", "gesendet" }, { "outlook für", "herunterladen" } } },
    { .openers = { "le " }, .verbs = { "a écrit", "écrit" }, /* French */
      .from = { "de" }, .date = { "envoyé", "date" }, .to = { "à" }, .subject = { "objet" },
      .originals = { "message d'origine", "message original", "message transféré",
                     "début du message transféré", "message d’origine" },
      .above = { "répondez au-dessus de cette ligne", "répondre au-dessus de cette ligne" },
      .devices = { { "envoyé de", "" }, { "envoyé à partir", "" }, { "envoyé depuis", "" },
                   { "télécharger outlook", "" }, { "obtenir outlook", "" } } },
    { .openers = { "el " }, .verbs = { "escribió", "escribio" }, /* Spanish */
      .from = { "de" }, .date = { "enviado", "fecha", "enviado el" }, .to = { "para", "a" },
      .subject = { "asunto" },
      .originals = { "mensaje original", "mensaje reenviado", "inicio del mensaje reenviado",
                     "forwarded message" },
      .above = { "responda por encima de esta línea", "escriba su respuesta por encima" },
      .devices = { { "enviado desde", "" }, { "enviado con", "" }, { "obtener outlook", "" } } },
    { .openers = { "il ", "in data " }, .verbs = { "ha scritto" }, /* Italian */
      .from = { "da" }, .date = { "inviato", "data" }, .to = { "a" }, .subject = { "oggetto" },
      .originals = { "messaggio originale", "messaggio inoltrato", "inizio messaggio inoltrato" },
      .devices = { { "inviato da", "" }, { "inviato con", "" }, { "ottieni outlook", "" } } },
    { .openers = { "em ", "no dia ", "a " }, .verbs = { "escreveu" }, /* Portuguese */
      .from = { "de" }, .date = { "enviado", "data", "enviada em" }, .to = { "para" },
      .subject = { "assunto" },
      .originals = { "mensagem original", "mensagem encaminhada", "mensagem reencaminhada" },
      .devices = { { "enviado do", "" }, { "enviado a partir", "" }, { "enviado de", "" } } },
    { .openers = { "op " }, .verbs = { "schreef" }, /* Dutch */
      .from = { "van" }, .date = { "verzonden", "datum" }, .to = { "aan" },
      .subject = { "onderwerp" },
      .originals = { "oorspronkelijk bericht", "doorgestuurd bericht",
                     "begin doorgestuurd bericht" },
      .devices = { { "verzonden vanaf", "" }, { "verzonden met", "" }, { "verstuurd vanaf", "" } } },
    { .openers = { "den ", "på " }, .verbs = { "skrev" }, /* Danish, Norwegian, Swedish */
      .from = { "fra", "från" }, .date = { "sendt", "skickat", "dato" }, .to = { "til", "till" },
      .subject = { "emne", "ämne" },
      .originals = { "oprindelig meddelelse", "opprinnelig melding", "ursprungligt meddelande",
                     "videresendt melding", "vidarebefordrat meddelande" },
      .devices = { { "sendt fra", "" }, { "skickat från", "" }, { "hent outlook", "" } } },
    { .verbs = { "kirjoitti" }, /* Finnish */
      .from = { "lähettäjä" }, .date = { "lähetetty" }, .to = { "vastaanottaja" },
      .subject = { "aihe" },
      .originals = { "alkuperäinen viesti", "välitetty viesti" },
      .devices = { { "lähetetty", "" } } },
    { .openers = { "w dniu ", "dnia " }, /* Polish */
      .verbs = { "napisał", "napisała", "pisze", "napisał(a)" },
      .from = { "od" }, .date = { "wysłano", "data" }, .to = { "do" }, .subject = { "temat" },
      .originals = { "wiadomość oryginalna", "wiadomość przekazana", "oryginalna wiadomość" },
      .devices = { { "wysłane z", "" }, { "wysłano z", "" } } },
    { .openers = { "dne ", "dňa " }, /* Czech, Slovak */
      .verbs = { "napsal", "napsala", "napísal", "píše", "napsal(a)" },
      .from = { "od" }, .date = { "odesláno", "datum" }, .to = { "komu" }, .subject = { "předmět" },
      .originals = { "původní zpráva", "přeposlaná zpráva", "původní e-mail" },
      .devices = { { "odesláno z", "" } } },
    { .verbs = { "пишет", "написал", "написала", "писал", "пише", "написав" }, /* Russian, Ukrainian */
      .from = { "от", "від" }, .date = { "отправлено", "дата" }, .to = { "кому" },
      .subject = { "тема" },
      .originals = { "исходное сообщение", "пересылаемое сообщение", "пересланное сообщение",
                     "начало переадресованного сообщения" },
      .devices = { { "отправлено с", "" }, { "отправлено из", "" }, { "надіслано з", "" } } },
    { .verbs = { "yazdı", "şunu yazdı" }, /* Turkish */
      .from = { "kimden", "gönderen" }, .date = { "gönderildi", "tarih" }, .to = { "kime" },
      .subject = { "konu" },
      .originals = { "orijinal mesaj", "özgün ileti", "iletilen mesaj" },
      .devices = { { "", "gönderildi" } } },
    { .openers = { "vào " }, .verbs = { "đã viết" }, /* Vietnamese */
      .from = { "từ" }, .date = { "đã gửi", "ngày" }, .to = { "đến" },
      .subject = { "chủ đề" },
      .devices = { { "gửi từ", "" }, { "đã gửi từ", "" } } },
    { .openers = { "在", "于" }, .verbs = { "写道", "寫道" }, /* Chinese */
      .from = { "发件人", "寄件者", "寄件人" }, .date = { "发送时间", "日期", "寄件日期" },
      .to = { "收件人", "收件者" }, .subject = { "主题", "主旨" },
      .originals = { "原始邮件", "原始郵件", "转发的邮件", "邮件原件" },
      .devices = { { "发自我的", "" }, { "從我的", "傳送" }, { "从我的", "发送" } } },
    { .verbs = { "のメール", "のメッセージ" }, /* Japanese */
      .from = { "差出人" }, .date = { "送信日時", "日付" }, .to = { "宛先" }, .subject = { "件名" },
      .originals = { "元のメッセージ", "転送メッセージ" },
      .devices = { { "", "から送信" } } },
    { .verbs = { "님이 작성", "작성" }, /* Korean */
      .from = { "보낸 사람", "보낸사람" }, .date = { "보낸 날짜", "날짜" },
      .to = { "받는 사람", "받는사람" }, .subject = { "제목" },
      .originals = { "원본 메시지", "전달된 메시지" },
      .devices = { { "나의", "에서 보냄" } } },
};
/* clang-format on */

const gsize quote_language_count = G_N_ELEMENTS(quote_languages);
