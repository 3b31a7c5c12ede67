/* Reads the labelled lines of a contact form: "E-Mail: ann@example.org", or the label on a line of
 * its own and the value on the next.
 *
 * The first address under an address label counts, because what the visitor wrote himself stands
 * behind the fields of the form.  Whether the mail comes from a form at all is for person.c to say;
 * and what is found is the visitor's claim, never proven.  Pure; any thread. */
#include "mail/form.h"

#include "base/text.h"
#include "mail/word_list.h"

#include <string.h>

#define LINES_MAX 200
#define LABEL_MAX 80
#define VALUE_MAX 500

typedef enum { NOTHING, ADDRESS, NAME, FIRST_NAME, LAST_NAME, SENDER, OTHER } Meaning;

/* clang-format off */
/* Folded, between '|'. */
static const struct {
    Meaning meaning;
    const char *labels;
} rows[] = {
    { ADDRESS,
      "e-mail|email|mail|e-mail address|email address|your email|your e-mail|your email address|"
      "email*|e-mail*|contact email|customer email|reply to|reply-to|sender email|"
      "e-mail-adresse|emailadresse|e-mailadresse|email-adresse|mailadresse|ihre e-mail|"
      "ihre e-mail-adresse|ihre email|deine e-mail|mail-adresse|"
      "adresse e-mail|adresse email|courriel|adresse électronique|votre email|votre e-mail|"
      "votre adresse email|adresse mail|adresse de messagerie|"
      "correo|correo electrónico|correo electronico|tu correo|su correo|tu email|"
      "endereço de e-mail|endereço de email|seu e-mail|seu email|correio eletrónico|"
      "correio eletrônico|indirizzo e-mail|indirizzo email|la tua email|la tua e-mail|posta elettronica|"
      "e-mailadres|emailadres|uw e-mail|uw e-mailadres|je e-mailadres|mailadres|"
      "e-post|epost|e-postadress|e-postadresse|din e-post|mejl|mejladress|din e-mail|"
      "sähköposti|sähköpostiosoite|adres e-mail|adres email|adres mailowy|"
      "e-mailová adresa|emailová adresa|váš e-mail|"
      "эл. почта|электронная почта|почта|ваш e-mail|ваш email|адрес электронной почты|"
      "електронна пошта|ел. пошта|пошта|"
      "e-posta|eposta|e-posta adresi|e-posta adresiniz|"
      "ηλεκτρονική διεύθυνση|διεύθυνση email|διεύθυνση e-mail|ηλεκτρονικό ταχυδρομείο|"
      "邮箱|电子邮件|电子邮箱|郵箱|電子郵件|電子信箱|信箱|邮件|邮件地址|"
      "メール|メールアドレス|eメール|e-mailアドレス|이메일|이메일 주소|전자우편|메일" },
    { SENDER, "from|sender|submitted by|von|absender|de|da|van|från|fra|lähettäjä|od|odesílatel|"
      "nadawca|от|отправитель|від|gönderen|kimden|από|发件人|寄件者|差出人|보낸 사람" },
    { NAME,
      "name|full name|your name|name*|contact name|customer name|ihr name|vollständiger name|dein name|"
      "nom|votre nom|nom complet|nom et prénom|nombre|su nombre|tu nombre|nombre completo|"
      "nome|nome completo|seu nome|nome e cognome|il tuo nome|naam|uw naam|je naam|volledige naam|"
      "namn|ditt namn|navn|ditt navn|dit navn|fulde navn|nimi|koko nimi|"
      "imię i nazwisko|jméno|jméno a příjmení|имя|ваше имя|фио|ім'я|ваше ім'я|піб|"
      "ad soyad|adınız|adınız soyadınız|isim|ονοματεπώνυμο|όνομα|姓名|名字|お名前|氏名|名前|이름|성함" },
    { FIRST_NAME, "first name|vorname|prénom|primer nombre|primeiro nome|voornaam|förnamn|fornavn|"
      "etunimi|imię|křestní jméno|ad|名" },
    { LAST_NAME, "last name|surname|family name|nachname|nom de famille|apellido|apellidos|"
      "sobrenome|apelido|cognome|achternaam|efternamn|etternavn|efternavn|sukunimi|nazwisko|"
      "příjmení|фамилия|прізвище|soyad|soyadınız|επώνυμο|姓" },
    { OTHER,
      "message|message body|your message|comment|comments|question|enquiry|inquiry|subject|phone|"
      "telephone|phone number|company|topic|"
      "nachricht|ihre nachricht|mitteilung|betreff|telefon|telefonnummer|firma|anfrage|frage|kommentar|"
      "votre message|sujet|objet|téléphone|société|entreprise|"
      "mensaje|asunto|teléfono|empresa|consulta|mensagem|assunto|telefone|"
      "messaggio|oggetto|telefono|azienda|bericht|uw bericht|onderwerp|telefoon|telefoonnummer|bedrijf|"
      "meddelande|ämne|företag|melding|emne|besked|virksomhed|viesti|aihe|puhelin|yritys|"
      "wiadomość|temat|treść|zpráva|předmět|společnost|сообщение|тема|телефон|компания|"
      "повідомлення|mesaj|konu|telefon numarası|μήνυμα|θέμα|τηλέφωνο|"
      "留言|内容|內容|消息|主题|主題|电话|電話|公司|お問い合わせ内容|件名|電話番号|会社名|"
      "문의 내용|문의내용|내용|제목|전화번호|연락처|회사" },
};

static const char *const footers[] = {
    "this e-mail was sent from a contact form", "this email was sent from a contact form",
    "sent via contact form", "sent from the contact form", "contact form submission",
    "new contact form", "new form submission", "new submission from", "form submission from",
    "you have a new message from the contact form", "someone filled out",
    "diese e-mail wurde über ein kontaktformular", "diese e-mail wurde von einem kontaktformular",
    "über das kontaktformular", "kontaktformular",
    "cet e-mail a été envoyé via le formulaire", "formulaire de contact",
    "este mensaje se ha enviado desde un formulario", "formulario de contacto",
    "formulário de contato", "formulário de contacto", "modulo di contatto", "contactformulier",
    "kontaktformulär", "kontaktskjema", "kontaktformular", "yhteydenottolomake",
    "formularz kontaktow", "kontaktní formulář", "форма обратной связи", "форми зворотного зв'язку",
    "iletişim formu", "φόρμα επικοινωνίας", "联系表单", "聯絡表單", "お問い合わせフォーム", "문의 양식",
};
/* clang-format on */

typedef struct {
    Form *form;
    Meaning waits; /* for the value of a label without one */
    char *name, *first, *last;
    char *address, *shown;
} Reader;

/* "*Your e-mail* (required)" as "your e-mail". */
static char *folded_label(const char *text, gsize length)
{
    g_autofree char *raw = g_strndup(text, length);
    g_autofree char *folded = text_fold(raw);
    char *label = folded + strspn(folded, "*-_#>•·[ ");
    char *required = strchr(label, '(');

    if (required && required > label)
        *required = '\0';
    for (gsize end = strlen(label); end > 0 && strchr("*_: ]", label[end - 1]);)
        label[--end] = '\0';
    return g_strdup(label);
}

static Meaning meaning_of(const char *text, gsize length)
{
    if (length == 0 || length > LABEL_MAX)
        return NOTHING;
    g_autofree char *label = folded_label(text, length);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (word_list_has(rows[i].labels, label, strlen(label)))
            return rows[i].meaning;
    return NOTHING;
}

/* The address in "ann@example.org", "Ann <ann@example.org>", "<mailto:ann@example.org>". */
static char *address_in(const char *value)
{
    g_auto(GStrv) words = g_strsplit_set(value, " <>()[],;|\t\"*", 50);

    for (char **word = words; *word; word++) {
        const char *bare = g_str_has_prefix(*word, "mailto:") ? *word + strlen("mailto:") : *word;
        char *address = address_fold(bare);

        if (*address && strchr(address_domain(address), '.'))
            return address;
        g_free(address);
    }
    return g_strdup("");
}

static void keep(char **member, const char *value)
{
    if (!*member)
        *member = text_line(value, NAME_MAX_BYTES);
}

static void take_address(Reader *reader, const char *value, bool with_name)
{
    g_autofree char *address = address_in(value);
    g_autofree char *before = g_strndup(value, strcspn(value, "<(["));

    if (!*address || reader->address)
        return;
    reader->address = g_steal_pointer(&address);
    if (with_name && !strchr(before, '@'))
        keep(&reader->shown, g_strstrip(before));
}

static void take(Reader *reader, Meaning meaning, const char *value)
{
    reader->form->fields++;
    if (meaning == ADDRESS || meaning == SENDER)
        take_address(reader, value, meaning == SENDER);
    else if (meaning == NAME)
        keep(&reader->name, value);
    else if (meaning == FIRST_NAME)
        keep(&reader->first, value);
    else if (meaning == LAST_NAME)
        keep(&reader->last, value);
}

static gsize colon_at(const char *line)
{
    const char *narrow = strchr(line, ':'), *wide = strstr(line, "：");

    if (wide && (!narrow || wide < narrow))
        return (gsize)(wide - line);
    return narrow ? (gsize)(narrow - line) : strlen(line);
}

static bool says_form(const char *line)
{
    g_autofree char *folded = text_fold(line);

    for (gsize i = 0; i < G_N_ELEMENTS(footers); i++)
        if (strstr(folded, footers[i]))
            return true;
    return false;
}

static void read_line(Reader *reader, char *line)
{
    g_strstrip(line);
    if (*line == '\0')
        return;
    gsize colon = colon_at(line);
    Meaning meaning = meaning_of(line, colon);
    const char *value = line + colon;
    if (*value)
        value += *value == ':' ? 1 : strlen("：");
    value += strspn(value, "* \t");

    if (meaning != NOTHING && *value) {
        take(reader, meaning, value);
        reader->waits = NOTHING;
    } else if (meaning != NOTHING && meaning != SENDER) {
        reader->waits = meaning;
    } else if (reader->waits != NOTHING) {
        take(reader, reader->waits, line);
        reader->waits = NOTHING;
    }
    if (!reader->form->says_so)
        reader->form->says_so = says_form(line);
}

/* "Name" beside "First name" is the family's. */
static char *visitor_name(const Reader *reader)
{
    const char *first = reader->first ? reader->first : reader->last ? reader->name : NULL;
    const char *last = reader->last ? reader->last : reader->name;

    if (first && last)
        return g_strdup_printf("%s %s", first, last);
    return g_strdup(first ? first : last ? last : reader->shown ? reader->shown : "");
}

void form_read(const char *text, Form *form)
{
    Reader reader = { .form = form };
    guint lines = 0;

    *form = (Form){ 0 };
    for (const char *line = text; *line && lines < LINES_MAX; lines++) {
        gsize length = strcspn(line, "\n");
        g_autofree char *copy = g_strndup(line, text_fit(line, MIN(length, VALUE_MAX)));

        read_line(&reader, copy);
        line += length + (line[length] != '\0');
    }
    if (reader.address) {
        g_autofree char *name = visitor_name(&reader);

        form->visitor = address_new(reader.address, name);
    }
    g_free(reader.name);
    g_free(reader.first);
    g_free(reader.last);
    g_free(reader.address);
    g_free(reader.shown);
}

void form_clear(Form *form)
{
    address_free(form->visitor);
    form->visitor = NULL;
}
