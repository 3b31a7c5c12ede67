/* The words of many languages and programs: each row here is a line as a mail program writes it. */
#include "quote/split.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NEW "The pump leaks."

typedef struct {
    char *reply, *quoted, *signature, *disclaimer;
} Parts;

static void parts_clear(Parts *parts)
{
    g_free(parts->reply);
    g_free(parts->quoted);
    g_free(parts->signature);
    g_free(parts->disclaimer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static Parts split(const char *text)
{
    Parts parts;

    quote_split(text, NULL, &parts.reply, &parts.quoted, &parts.signature, &parts.disclaimer);
    return parts;
}

/* What follows the new text is quoted, whole. */
static void assert_quoted(const char *older)
{
    g_autofree char *text = g_strconcat(NEW "\n\n", older, NULL);
    g_auto(Parts) parts = split(text);

    assert_string_equal(parts.reply, NEW);
    assert_string_equal(parts.quoted, older);
    assert_string_equal(parts.signature, "");
    assert_string_equal(parts.disclaimer, "");
}

static const char *const attributions[] = {
    "On Mon, Mar 3, 2025 at 10:14 AM Ann Lee <ann@example.com> wrote:",
    "On Mon, 3 Mar 2025, 10:14 Ann Lee, <ann@example.com> wrote:",
    "On Mon, Mar 3, 2025 at 10:14 AM, Ann Lee <ann@example.com (mailto:ann@example.com)> "
    "wrote:",
    "On Monday, March 3, 2025, Ann Lee <ann@example.com> wrote:",
    "On 3/3/25, 10:14 AM, \"Ann Lee\" <ann@example.com> wrote:",
    "On 2025-03-03 10:14, Ann Lee wrote:",
    "On 03.03.25 10:14, Ann Lee wrote:",
    "On 3 Mar 2025 at 10:14, Ann Lee wrote:",
    "On Mar 3, 2025 10:14 AM, Ann Lee <ann@example.com> wrote:",
    "On Mar 3, 2025 10:14 AM, ann@example.com wrote:",
    "Ann Lee <ann@example.com> wrote on Mon, 3 Mar 2025 at 10:14:",
    "Ann Lee <ann@example.com> wrote:",
    "Ann Lee <ann@example.com> writes:",
    "--- Ann Lee <ann@example.com> wrote:",
    "---- On Mon, 03 Mar 2025 10:14:12 +0100 Ann Lee <ann@example.com> wrote ----",
    "Am Montag, 3. März 2025, 10:14:12 MEZ hat Ann Lee <ann@example.com> Folgendes "
    "geschrieben:",
    "Am 3. März 2025 10:14:12 MEZ schrieb Ann Lee <ann@example.com>:",
    "Am Mo., 3. März 2025 um 10:14 Uhr schrieb Ann Lee <ann@example.com>:",
    "Am 03.03.2025 um 10:14 schrieb Ann Lee:",
    "Ann Lee <ann@example.com> hat am 03.03.2025 10:14 geschrieben:",
    "Le lun. 3 mars 2025 à 10:14, Ann Lee <ann@example.com> a écrit :",
    "Le lundi 3 mars 2025 à 10:14:12 UTC+1, Ann Lee <ann@example.com> a écrit :",
    "Le 3 mars 2025 10:14, \"Ann Lee\" <ann@example.com> a écrit :",
    "Le 03/03/2025 à 10:14, Ann Lee a écrit :",
    "El lun, 3 mar 2025 a las 10:14, Ann Lee (<ann@example.com>) escribió:",
    "El lunes, 3 de marzo de 2025, 10:14:12 CET, Ann Lee <ann@example.com> escribió:",
    "El 3 mar 2025, a las 10:14, Ann Lee <ann@example.com> escribió:",
    "El 3/3/25 a las 10:14, Ann Lee escribió:",
    "Em seg., 3 de mar. de 2025 às 10:14, Ann Lee <ann@example.com> escreveu:",
    "Em 03/03/2025 10:14, Ann Lee escreveu:",
    "Em segunda-feira, 3 de março de 2025 10:14:12 BRT, Ann Lee <ann@example.com> "
    "escreveu:",
    "A 3 de março de 2025 10:14, Ann Lee <ann@example.com> escreveu:",
    "No dia 3 de mar. de 2025, às 10:14, Ann Lee <ann@example.com> escreveu:",
    "Il giorno lun 3 mar 2025 alle ore 10:14 Ann Lee <ann@example.com> ha scritto:",
    "Il lunedì 3 marzo 2025 alle ore 10:14:12 CET, Ann Lee <ann@example.com> ha scritto:",
    "Il 03/03/2025 10:14, Ann Lee ha scritto:",
    "In data 3 marzo 2025 10:14:12 Ann Lee <ann@example.com> ha scritto:",
    "Op ma 3 mrt 2025 om 10:14 schreef Ann Lee <ann@example.com>:",
    "Op 03-03-2025 om 10:14 schreef Ann Lee:",
    "Op maandag 3 maart 2025 om 10:14:12 CET schreef Ann Lee <ann@example.com>:",
    "Op 3 mrt. 2025, om 10:14 heeft Ann Lee <ann@example.com> het volgende geschreven:",
    "Den mån 3 mars 2025 kl 10:14 skrev Ann Lee <ann@example.com>:",
    "Den 2025-03-03 kl. 10:14, skrev Ann Lee:",
    "Den måndag 3 mars 2025 10:14:12 CET skrev Ann Lee <ann@example.com>:",
    "3 mars 2025 kl. 10:14 skrev Ann Lee <ann@example.com>:",
    "man. 3. mars 2025 kl. 10:14 skrev Ann Lee <ann@example.com>:",
    "Den 03.03.2025 10:14, skrev Ann Lee:",
    "På mandag 3. mars 2025 10:14:12 CET, skrev Ann Lee <ann@example.com>:",
    "Den man. 3. mar. 2025 kl. 10.14 skrev Ann Lee <ann@example.com>:",
    "Den 03-03-2025 kl. 10:14 skrev Ann Lee:",
    "Den 3. mar. 2025 kl. 10.14 skrev Ann Lee <ann@example.com>:",
    "ma 3. maalisk. 2025 klo 10.14 Ann Lee (ann@example.com) kirjoitti:",
    "Ann Lee <ann@example.com> kirjoitti 3.3.2025 kello 10.14:",
    "pon., 3 mar 2025 o 10:14 Ann Lee <ann@example.com> napisał(a):",
    "W dniu poniedziałek, 3 marca 2025 10:14:12 CET Ann Lee <ann@example.com> napisał(a):",
    "W dniu 3.03.2025 o 10:14, Ann Lee pisze:",
    "Dnia 3 marca 2025 10:14 Ann Lee <ann@example.com> napisał(a):",
    "Wiadomość napisana przez Ann Lee <ann@example.com> w dniu 3 mar 2025, o godz. 10:14:",
    "po 3. 3. 2025 v 10:14 odesílatel Ann Lee <ann@example.com> napsal:",
    "Dne 03.03.2025 v 10:14 Ann Lee napsal(a):",
    "Dne pondělí 3. března 2025 10:14:12, Ann Lee <ann@example.com> napsal(a):",
    "3. 3. 2025 v 10:14, Ann Lee <ann@example.com>:",
    "po 3. 3. 2025 o 10:14 Ann Lee <ann@example.com> napísal(a):",
    "Dňa 3. 3. 2025 o 10:14 Ann Lee napísal(a):",
    "Ann Lee <ann@example.com> ezt írta (időpont: 2025. márc. 3., H, 10:14):",
    "2025. 03. 03. 10:14 keltezéssel, Ann Lee <ann@example.com> írta:",
    "Pe lun., 3 mar. 2025 la 10:14, Ann Lee <ann@example.com> a scris:",
    "пн, 3 мар. 2025 г. в 10:14, Ann Lee <ann@example.com>:",
    "3 марта 2025 г. 10:14:12 GMT+03:00, Ann Lee <ann@example.com> пишет:",
    "03.03.2025, 10:14, \"Ann Lee\" <ann@example.com>:",
    "3 марта 2025 г., в 10:14, Ann Lee <ann@example.com> написал(а):",
    "пн, 3 бер. 2025 р. о 10:14 Ann Lee <ann@example.com> пише:",
    "3 бер. 2025 р. о 10:14 Ann Lee <ann@example.com> написав:",
    "Ann Lee <ann@example.com>, 3 Mar 2025 Pzt, 10:14 tarihinde şunu yazdı:",
    "Ann Lee <ann@example.com> şunları yazdı (3 Mar 2025 10:14):",
    "3 Mart 2025 Pazartesi 10:14:12 GMT+3 tarihinde Ann Lee <ann@example.com> şunu yazdı:",
    "Στις Δευ 3 Μαρ 2025 στις 10:14 π.μ., ο χρήστης Ann Lee <ann@example.com> έγραψε:",
    "Στις 3/3/25 10:14, ο/η Ann Lee έγραψε:",
    "Vào Th 2, 3 thg 3, 2025 vào lúc 10:14 Ann Lee <ann@example.com> đã viết:",
    "Ann Lee <ann@example.com> 于2025年3月3日周一 10:14写道：",
    "Ann Lee <ann@example.com> 於 2025年3月3日 週一 上午10:14寫道：",
    "在 2025年3月3日星期一，Ann Lee <ann@example.com> 写道：",
    "在 2025/3/3 10:14, Ann Lee 写道:",
    "在 2025-03-03 10:14:12，\"Ann Lee\" <ann@example.com> 写道：",
    "2025年3月3日(月) 10:14 Ann Lee <ann@example.com>:",
    "2025/03/03 10:14、Ann Lee <ann@example.com>のメール:",
    "2025年3月3日 10:14 +0900、Ann Lee <ann@example.com> のメール:",
    "2025년 3월 3일 (월) 오전 10:14, Ann Lee <ann@example.com>님이 작성:",
    "2025. 3. 3. 오전 10:14, Ann Lee <ann@example.com> 작성:",
    "Ann Lee/Sales/Acme@Acme wrote on 03/03/2025 10:14:12 AM:",
    "2025-03-03 10:14 GMT+01:00 Ann Lee <ann@example.com>:",
};

static void attributions_lead_quotations_with_and_without_marks(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++) {
        g_autofree char *marked = g_strconcat(attributions[i], "\n\n> Does it?", NULL);
        g_autofree char *unmarked = g_strconcat(attributions[i], "\n\nDoes it?", NULL);

        assert_quoted(marked);
        assert_quoted(unmarked);
    }
}

/* The attribution with a line's end for one of its spaces; NULL if it has none there. */
static char *broken(const char *attribution, gsize at)
{
    const char *space = strchr(attribution + MIN(at, strlen(attribution)), ' ');
    char *lines;

    if (!space)
        return NULL;
    lines = g_strdup(attribution);
    lines[space - attribution] = '\n';
    return lines;
}

static void attributions_may_be_broken_over_lines(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++)
        for (gsize at = 20; at < 80; at += 20) {
            g_autofree char *lines = broken(attributions[i], at);
            g_autofree char *older = lines ? g_strconcat(lines, "\n\n> Does it?", NULL) : NULL;

            if (older)
                assert_quoted(older);
        }
}

/* A header block's names, with values, in one of the layouts; caller frees. */
static char *header_block(const char *names, const char *layout)
{
    static const char *const values[] = { "Ann Lee", "Monday 3 March 2025", "Bob", "Eve", "Pump" };
    g_auto(GStrv) name = g_strsplit(names, ",", -1);
    GString *block = g_string_new(NULL);

    for (gsize i = 0; name[i]; i++) {
        g_autoptr(GString) line = g_string_new(layout);
        g_string_replace(line, "NAME", name[i], 0);
        g_string_replace(line, "VALUE", values[i], 0);
        g_string_append(block, line->str);
    }
    return g_strchomp(g_string_free(block, FALSE));
}

static void header_blocks_lead_quotations(void **state)
{
    static const char *const names[] = {
        "From,Sent,To,Cc,Subject",
        "From,Date,To,Subject",
        "Von,Gesendet,An,Cc,Betreff",
        "Von,Datum,An,Betreff",
        "De,Envoyé,À,Cc,Objet",
        "De,Date,À,Objet",
        "De,Enviado,Para,CC,Asunto",
        "De,Fecha,Para,Asunto",
        "De,Enviado,Para,Cc,Assunto",
        "De,Data,Para,Assunto",
        "Da,Inviato,A,Cc,Oggetto",
        "Da,Data,A,Oggetto",
        "Van,Verzonden,Aan,CC,Onderwerp",
        "Van,Datum,Aan,Onderwerp",
        "Från,Skickat,Till,Kopia,Ämne",
        "Från,Datum,Till,Ämne",
        "Fra,Sendt,Til,Kopi,Emne",
        "Fra,Dato,Til,Emne",
        "Lähettäjä,Lähetetty,Vastaanottaja,Kopio,Aihe",
        "Lähettäjä,Päiväys,Vastaanottaja,Aihe",
        "Od,Wysłano,Do,DW,Temat",
        "Od,Data,Do,Temat",
        "Od,Odesláno,Komu,Kopie,Předmět",
        "Od,Datum,Komu,Předmět",
        "Od,Odoslané,Komu,Kópia,Predmet",
        "Feladó,Elküldve,Címzett,Másolat,Tárgy",
        "Trimis,Către,Subiect,De la",
        "От,Отправлено,Кому,Копия,Тема",
        "От,Дата,Кому,Тема",
        "Від,Надіслано,Кому,Копія,Тема",
        "Від,Дата,Кому,Тема",
        "Kimden,Gönderildi,Kime,Bilgi,Konu",
        "Kimden,Tarih,Kime,Konu",
        "Από,Στάλθηκε,Προς,Κοιν.,Θέμα",
        "Από,Ημερομηνία,Προς,Θέμα",
        "Từ,Đã gửi,Tới,Chủ đề",
        "发件人,发送时间,收件人,抄送,主题",
        "发件人,日期,收件人,主题",
        "寄件者,寄件日期,收件者,副本,主旨",
        "差出人,送信日時,宛先,CC,件名",
        "差出人,日付,宛先,件名",
        "보낸 사람,보낸 날짜,받는 사람,참조,제목",
        "보낸사람,날짜,받는사람,제목",
    };
    static const char *const layouts[] = {
        "NAME: VALUE\n",    "*NAME:* VALUE\n", "**NAME:** VALUE\n",
        "NAME : VALUE\n",   "NAME:\tVALUE\n",  "NAME\uFF1AVALUE\n",
        "*NAME* : VALUE\n", "NAME:\nVALUE\n",  "NAME: VALUE ",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        for (gsize k = 0; k < G_N_ELEMENTS(layouts); k++) {
            g_autofree char *block = header_block(names[i], layouts[k]);
            g_autofree char *older = g_strconcat(block, "\n\nDoes it?", NULL);
            g_autofree char *ruled = g_strconcat("_______________________\n", older, NULL);

            assert_quoted(older);
            assert_quoted(ruled);
        }
}

static void markers_lead_quotations(void **state)
{
    static const char *const markers[] = {
        "-----Original Message-----",
        "----- Original Message -----",
        "----Original message----",
        "- Original Message -",
        "-------- Original message --------",
        "------ Original Message ------",
        "---------- Forwarded message ----------",
        "-----Ursprüngliche Nachricht-----",
        "----- Weitergeleitete Nachricht -----",
        "-------- Weitergeleitete Nachricht --------",
        "-----Original-Nachricht-----",
        "-----Message d'origine-----",
        "-------- Message original --------",
        "-------- Message transféré --------",
        "-----Mensaje original-----",
        "---------- Forwarded message ---------",
        "-----Mensagem original-----",
        "-----Messaggio originale-----",
        "-------- Messaggio Inoltrato --------",
        "-----Oorspronkelijk bericht-----",
        "-------- Doorgestuurd bericht --------",
        "-----Ursprungligt meddelande-----",
        "-----Opprinnelig melding-----",
        "-----Oprindelig meddelelse-----",
        "-----Alkuperäinen viesti-----",
        "-----Oryginalna wiadomość-----",
        "-------- Przekazana wiadomość --------",
        "-----Původní zpráva-----",
        "---------- Původní e-mail ----------",
        "-----Pôvodná správa-----",
        "-----Eredeti üzenet-----",
        "-----Исходное сообщение-----",
        "-------- Пересылаемое сообщение --------",
        "-----Вихідне повідомлення-----",
        "-----Özgün İleti-----",
        "-----Orijinal Mesaj-----",
        "-----Αρχικό μήνυμα-----",
        "-----邮件原件-----",
        "------------------ 原始邮件 ------------------",
        "-----原始郵件-----",
        "-----元のメッセージ-----",
        "-----원본 메시지-----",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
        "Début du message transféré :",
        "Inicio del mensaje reenviado:",
        "Início da mensagem encaminhada:",
        "Inizio messaggio inoltrato:",
        "Begin doorgestuurd bericht:",
        "Vidarebefordrat brev:",
        "Videresendt melding:",
        "Start på videresendt besked:",
        "Välitetty viesti alkaa:",
        "Początek przekazywanej wiadomości:",
        "Začátek přeposílané zprávy:",
        "Начало переадресованного сообщения:",
        "İletilen ileti başlangıcı:",
        "Αρχή προωθημένου μηνύματος:",
        "开始转发邮件：",
        "以下是轉寄的郵件：",
        "転送されたメッセージ:",
        "전달된 메시지 시작:",
        "##- Please type your reply above this line -##",
        "--- Reply above this line ---",
        "-- Please reply above this line --",
        "=== REPLY ABOVE THIS LINE ===",
        "Write ABOVE THIS LINE to post a reply",
        "[Please type your reply above this line]",
        "##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein -##",
        "##- Veuillez répondre au-dessus de cette ligne -##",
        "##- Por favor responda por encima de esta línea -##",
        "##- Por favor, digite sua resposta acima desta linha -##",
        "##- Rispondi sopra questa riga -##",
        "##- Typ uw antwoord boven deze lijn -##",
        "##- Svara ovanför denna rad -##",
        "##- Skriv svaret ditt over denne linjen -##",
        "##- Skriv dit svar over denne linje -##",
        "##- Kirjoita vastauksesi tämän rivin yläpuolelle -##",
        "##- Wpisz swoją odpowiedź powyżej tej linii -##",
        "##- Пожалуйста, введите ответ выше этой строки -##",
        "##- Lütfen yanıtınızı bu satırın üzerine yazın -##",
        "##- 请在此行上方回复 -##",
        "##- この行より上に返信してください -##",
        "##- 이 줄 위에 답장을 입력하세요 -##",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(markers); i++) {
        g_autofree char *older = g_strconcat(markers[i], "\nAnn: Does it?", NULL);

        assert_quoted(older);
    }
}

static void lines_about_a_device_are_signatures(void **state)
{
    static const char *const devices[] = {
        "Sent from my iPhone",
        "Sent from my iPad using Mail",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from Outlook for Android",
        "Sent from Yahoo Mail on Android",
        "Sent from Mail for Windows",
        "Sent with Proton Mail secure email.",
        "Get Outlook for iOS",
        "Get Outlook for Android<https://aka.ms/x>",
        "Von meinem iPhone gesendet",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
        "Gesendet von Outlook für Android",
        "Gesendet mit der GMX Mail App",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Gesendet von Mail für Windows",
        "Von Outlook für iOS gesendet",
        "Outlook für iOS beziehen",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon appareil Galaxy",
        "Envoyé à partir de Outlook pour Android",
        "Télécharger Outlook pour Android",
        "Enviado desde mi iPhone",
        "Enviado desde Correo para Windows",
        "Obtener Outlook para iOS",
        "Enviado do meu iPhone",
        "Enviado a partir do meu smartphone Samsung Galaxy.",
        "Obter o Outlook para iOS",
        "Inviato da iPhone",
        "Inviato dal mio dispositivo Galaxy",
        "Ottieni Outlook per Android",
        "Verzonden vanaf mijn iPhone",
        "Verstuurd vanaf mijn iPad",
        "Verzonden met Proton Mail",
        "Outlook voor iOS downloaden",
        "Skickat från min iPhone",
        "Hämta Outlook för iOS",
        "Sendt fra min iPhone",
        "Skaff deg Outlook for iOS",
        "Sendt fra min Galaxy",
        "Hent Outlook til iOS",
        "Lähetetty iPhonesta",
        "Lähetetty Outlookista",
        "Hanki Outlook iOSille",
        "Wysłane z iPhone'a",
        "Wysłane z telefonu Samsung Galaxy",
        "Pobierz program Outlook dla systemu iOS",
        "Odesláno z iPhonu",
        "Odesláno z mého telefonu",
        "Získejte Outlook pro iOS",
        "Отправлено с iPhone",
        "Отправлено из Почты для Windows",
        "Отправлено из мобильной Почты Mail.ru",
        "Надіслано з iPhone",
        "iPhone'umdan gönderildi",
        "Samsung cihazımdan gönderildi",
        "iOS için Outlook'u edinin",
        "Στάλθηκε από το iPhone μου",
        "发自我的 iPhone",
        "從我的 iPhone 傳送",
        "获取适用于 iOS 的 Outlook",
        "iPhoneから送信",
        "Android 版 Outlook を入手",
        "나의 iPhone에서 보냄",
        "iOS용 Outlook 다운로드",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(devices); i++)
        for (gsize blank = 0; blank <= 1; blank++) {
            g_autofree char *text =
                g_strconcat(NEW "\n", blank ? "\n" : "", devices[i], "\n", NULL);
            g_auto(Parts) parts = split(text);

            assert_string_equal(parts.reply, NEW);
            assert_string_equal(parts.signature, devices[i]);
        }
}

#define CARD "Kind regards,\nBob Miller\n+49 30 5550199"

static void footers_of_lawyers_and_scanners_are_disclaimers(void **state)
{
    static const char *const footers[] = {
        "This e-mail and any files transmitted with it are confidential and intended solely "
        "for the use of the individual or entity to whom they are addressed. If you have "
        "received this email in error please notify the system manager.",
        "The information contained in this message is privileged and confidential and "
        "intended only for the addressee.",
        "Diese E-Mail könnte vertrauliche und/oder rechtlich geschützte Informationen "
        "enthalten. Wenn Sie nicht der richtige Adressat sind oder diese E-Mail irrtümlich "
        "erhalten haben, informieren Sie bitte sofort den Absender und vernichten Sie diese "
        "Mail.",
        "Der Inhalt dieser E-Mail ist vertraulich und ausschließlich für den bezeichneten "
        "Adressaten bestimmt.",
        "Bitte prüfen Sie der Umwelt zuliebe, ob der Ausdruck dieser Mail erforderlich ist.",
        "Ce message et toutes les pièces jointes sont établis à l'intention exclusive de ses "
        "destinataires et sont confidentiels. Si vous recevez ce message par erreur, merci "
        "de le détruire et d'en avertir immédiatement l'expéditeur.",
        "Este mensaje y sus archivos adjuntos van dirigidos exclusivamente a su "
        "destinatario, pudiendo contener información confidencial. Si usted no es el "
        "destinatario, le rogamos que lo notifique al remitente y lo elimine.",
        "Esta mensagem, incluindo seus anexos, pode conter informação confidencial e "
        "privilegiada. Se você a recebeu por engano, apague-a e avise o remetente.",
        "Le informazioni contenute nella presente comunicazione e i relativi allegati "
        "possono essere riservate e sono destinate esclusivamente alle persone sopra "
        "indicate. La diffusione è proibita.",
        "De informatie in deze e-mail is vertrouwelijk en uitsluitend bestemd voor de "
        "geadresseerde. Indien u dit bericht ten onrechte ontvangt, wordt u verzocht de "
        "afzender te informeren.",
        "Detta e-postmeddelande kan innehålla konfidentiell information och är endast avsett "
        "för mottagaren. Om du fått det av misstag, radera det och meddela avsändaren.",
        "Denne e-posten er konfidensiell og kun ment for mottakeren. Dersom du har mottatt "
        "den ved en feil, vennligst slett den og informer avsenderen.",
        "Denne mail er fortrolig og kun til brug for modtageren. Har De modtaget den ved en "
        "fejl, bedes De slette den og underrette afsenderen.",
        "Tämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle. Jos olet "
        "saanut viestin erehdyksessä, poista se ja ilmoita lähettäjälle.",
        "Niniejsza wiadomość może zawierać informacje poufne, przeznaczone wyłącznie dla "
        "adresata. Jeśli otrzymali ją Państwo omyłkowo, prosimy o poinformowanie nadawcy i "
        "usunięcie.",
        "Tato zpráva je důvěrná a je určena výhradně adresátovi. Pokud jste ji obdrželi "
        "omylem, informujte odesílatele a zprávu smažte.",
        "Это сообщение и любые вложения являются конфиденциальными и предназначены "
        "исключительно для адресата. Если вы получили его по ошибке, уведомите отправителя и "
        "удалите его.",
        "Це повідомлення є конфіденційним і призначене виключно для адресата. Якщо ви "
        "отримали його помилково, повідомте відправника та видаліть його.",
        "Bu e-posta ve ekleri gizlidir ve yalnızca alıcısına özeldir. Yanlışlıkla aldıysanız "
        "lütfen göndereni bilgilendirin ve siliniz. Yetkisiz kullanımı yasaktır.",
        "Αυτό το μήνυμα είναι εμπιστευτικό και προορίζεται αποκλειστικά για τον παραλήπτη. "
        "Αν το λάβατε από λάθος, ενημερώστε τον αποστολέα και διαγράψτε το.",
        "本邮件及其附件含有保密信息，仅供收件人使用。如果您误收了本邮件，请立即通知发件人并删除本邮"
        "件。",
        "本郵件及附件包含機密資訊，僅供指定收件者使用。若您誤收本郵件，請立即刪除。",
        "このメールには機密情報が含まれており、名宛人以外の方の利用を禁じます。誤って受信された場合"
        "は削除してください。",
        "이 메일은 지정된 수신인만을 위한 것이며 기밀 정보를 포함할 수 있습니다. 잘못 수신한 경우 "
        "발신자에게 알리고 삭제해 주십시오.",
        "This email has been checked for viruses by AVG antivirus software. www.avg.com",
        "Diese E-Mail wurde von Avast-Antivirussoftware auf Viren geprüft. www.avast.com",
        "Cet e-mail a été vérifié par le logiciel antivirus d'Avast. www.avast.com",
        "Libre de virus. www.avast.com",
        "Garanti sans virus. www.avast.com",
        "Virenfrei. www.avast.com",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(footers); i++) {
        g_autofree char *alone = g_strconcat(NEW "\n\n", footers[i], NULL);
        g_autofree char *signed_too = g_strconcat(NEW "\n\n" CARD "\n", footers[i], NULL);
        g_auto(Parts) first = split(alone);
        g_auto(Parts) second = split(signed_too);

        assert_string_equal(first.reply, NEW);
        assert_string_equal(first.disclaimer, footers[i]);
        assert_string_equal(second.reply, NEW);
        assert_string_equal(second.signature, CARD);
        assert_string_equal(second.disclaimer, footers[i]);
    }
}

static void warnings_of_gateways_are_disclaimers(void **state)
{
    static const char *const warnings[] = {
        "CAUTION: This email originated from outside of the organization. Do not click links "
        "or open attachments unless you recognize the sender and know the content is safe.",
        "EXTERNAL EMAIL: Do not click links or open attachments unless you recognise the "
        "sender.",
        "[EXTERNAL] This message comes from an external sender. Do not click links.",
        "You don't often get email from bob@example.com. Learn why this is "
        "important<https://aka.ms/x>",
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender. Bitte klicken Sie nicht "
        "auf Links.",
        "Sie erhalten nicht oft eine E-Mail von bob@example.com. Erfahren Sie, warum dies "
        "wichtig ist",
        "ATTENTION : Cet e-mail provient de l'extérieur. Ne cliquez pas sur les liens.",
        "Vous n'obtenez pas souvent d'e-mail à partir de bob@example.com. Pourquoi c'est "
        "important",
        "PRECAUCIÓN: Correo externo. No haga clic en enlaces.",
        "ATENÇÃO: E-mail externo. Não clique em links.",
        "ATTENZIONE: e-mail esterna. Non cliccare sui link.",
        "LET OP: externe e-mail. Klik niet op links.",
        "VARNING: externt mejl. Klicka inte på länkar.",
        "ADVARSEL: ekstern e-post. Ikke klikk på lenker.",
        "ADVARSEL: ekstern e-mail. Klik ikke på links.",
        "VAROITUS: ulkoinen sähköposti. Älä avaa liitteitä.",
        "UWAGA: wiadomość zewnętrzna. Nie klikaj w linki.",
        "POZOR: externí e-mail. Neklikejte na odkazy.",
        "ВНИМАНИЕ: внешняя почта. Не переходите по ссылкам.",
        "УВАГА: зовнішній лист. Не переходьте за посиланнями.",
        "DİKKAT: Harici e-posta. Bağlantılara tıklamayın.",
        "ΠΡΟΣΟΧΗ: Εξωτερικό email. Μην κάνετε κλικ σε συνδέσμους.",
        "注意：外部邮件。请勿点击链接。",
        "注意：外部からのメールです。リンクをクリックしないでください。",
        "주의: 외부 메일입니다. 링크를 클릭하지 마십시오.",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(warnings); i++)
        for (gsize blank = 0; blank <= 1; blank++) {
            g_autofree char *text = g_strconcat(warnings[i], "\n", blank ? "\n" : "", NEW, NULL);
            g_auto(Parts) parts = split(text);

            assert_string_equal(parts.reply, NEW);
            assert_string_equal(parts.disclaimer, warnings[i]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributions_lead_quotations_with_and_without_marks),
        cmocka_unit_test(attributions_may_be_broken_over_lines),
        cmocka_unit_test(header_blocks_lead_quotations),
        cmocka_unit_test(markers_lead_quotations),
        cmocka_unit_test(lines_about_a_device_are_signatures),
        cmocka_unit_test(footers_of_lawyers_and_scanners_are_disclaimers),
        cmocka_unit_test(warnings_of_gateways_are_disclaimers),
    };

    return cmocka_run_group_tests_name("mail: quote words", tests, NULL, NULL);
}
