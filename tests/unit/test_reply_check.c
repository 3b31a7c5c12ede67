/* Names, other customers' words, hidden characters, markup, language and length of drafts; what
 * every mark has; how long it takes. */
#include "draft_case.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
    const char *draft, *source, *marks;
} Row;

static void check_rows(const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *marks = draft_marks_against(rows[i].draft, rows[i].source);

        if (strcmp(marks, rows[i].marks) != 0)
            fail_msg("'%s' against '%s': '%s', not '%s'", rows[i].draft, rows[i].source, marks,
                     rows[i].marks);
    }
}
#define CHECK(rows) check_rows(rows, G_N_ELEMENTS(rows))

static void who_is_greeted_must_be_known(void **state)
{
    static const Row rows[] = {
        { "Dear Ann,\nthank you.", "Ann Lee wrote", "" },
        { "Dear Bob,\nthank you.", "Ann Lee wrote", "name:Bob" },
        { "hi bob!\n", "Ann Lee", "name:bob" },
        { "Dear Ann Lee,\n", "ann.lee@example.org", "" },
        { "Dear Ann Lee,\n", "Ann Miller and Bob Lee", "name:Ann Lee" },
        { "Dear Mr. Smith,\n", "John Smith", "" },
        { "Dear Dr Jones:\n", "John Smith", "name:Jones" },
        { "Dear Customer,\nDear all,\nHi there!\nHello,\nDear Sir or Madam,\n", "", "" },
        { "Hello and thank you for your mail, we are glad", "", "" },
        { "Hallo Bernd,\n", "Anna Schmidt", "name:Bernd" },
        { "Sehr geehrte Frau Schmidt,\n", "Anna Schmidt", "" },
        { "Sehr geehrter Herr Dr. Müller,\n", "Anna Schmidt", "name:Müller" },
        { "Sehr geehrte Damen und Herren,\nGuten Tag,\n", "", "" },
        { "Bonjour Madame Dupont,\n", "Marie Durand", "name:Dupont" },
        { "Bonjour à tous,\n", "", "" },
        { "Estimada señora García:\n", "Luis Pérez", "name:García" },
        { "Olá João,\n", "João Silva", "" },
        { "Gentile Sig. Rossi,\n", "Bianchi", "name:Rossi" },
        { "Beste Jan,\n", "Piet", "name:Jan" },
        { "Hej Lars,\n", "Sven", "name:Lars" },
        { "Szanowna Pani Kowalska,\n", "Nowak", "name:Kowalska" },
        { "Dobrý den, pane Novák,\n", "Novák", "" },
        { "Уважаемый Иван,\n", "Пётр", "name:Иван" },
        { "Sayın Yılmaz,\n", "Demir", "name:Yılmaz" },
        { "Αγαπητέ Γιώργο,\n", "Νίκος", "name:Γιώργο" },
    };

    (void)state;
    CHECK(rows);
}

static void who_signs_must_be_known(void **state)
{
    static const Row rows[] = {
        { "Bye.\n\nKind regards,\nGrace Hopper\nAcme", "Grace Hopper", "" },
        { "Bye.\n\nKind regards,\nGrace Hopper\n", "Ann Lee", "name:Grace Hopper" },
        { "Bye.\n\nBest,\n\nGrace", "Ann Lee", "name:Grace" },
        { "Bye.\n\nKind regards,\nYour Support Team", "", "" },
        { "Danke.\n\nMit freundlichen Grüßen\nBernd Brot", "", "name:Bernd Brot" },
        { "Merci.\n\nCordialement,\nMarie", "Jean", "name:Marie" },
        { "Thank you\nWe will write again.", "", "" },
        { "Many thanks for your mail.\n", "", "" },
    };

    (void)state;
    CHECK(rows);
}

static void names_within_a_text_must_be_known(void **state)
{
    static const Row rows[] = {
        { "we asked Grace Hopper about it", "", "name:Grace Hopper" },
        { "we asked Grace Hopper about it", "From: Grace Hopper", "" },
        { "we asked Grace Hopper about it", "hopper, grace", "" },
        { "please buy Acme Cloud Ultra today", "Acme Cloud", "name:Acme Cloud Ultra" },
        { "it runs on PayPal", "", "name:PayPal" },
        { "it runs on PayPal", "paypal", "" },
        { "ask Mrs Hopper", "", "name:Hopper" },
        { "ask Ludwig van Beethoven", "", "name:Ludwig van Beethoven" },
        { "Please note this. However Acme works. I'm glad. We are too.", "Acme", "" },
        { "It works ASAP in the USA, says NASA.", "", "" },
        { "Best Regards", "", "" },
        { "See you on the first Monday in May or June", "monday", "" },
        { "мы спросили Ивана Петрова об этом", "", "name:Ивана Петрова" },
        { "ρωτήστε τον Νίκο Παππά", "", "name:Νίκο Παππά" },
    };

    (void)state;
    CHECK(rows);
}

/* Nouns are no names; what stands between two of them may be. */
static void german_nouns_are_no_names(void **state)
{
    static const char text[] =
        "vielen Dank für Ihre Nachricht. Unsere Abteilung hat die Rechnung geprüft und die Buchung "
        "im System gefunden. Weitere Informationen finden Sie in der Anleitung. Bitte prüfen Sie "
        "auch Ihre Einstellungen, dann können wir die Lieferung am Lager abschließen.\n";
    g_autofree char *named = g_strconcat(text, "Das hat Bernd Brot gesagt.\n", NULL);
    g_autofree char *none = draft_marks_against(text, "");
    g_autofree char *one = draft_marks_against(named, "");

    (void)state;
    assert_string_equal(none, "");
    assert_string_equal(one, "name:Bernd Brot");
}

/* -- Other customers -------------------------------------------------------------------------- */

static char *foreign_marks(const char *text, const char *source, const char *foreign)
{
    const char *const sources[] = { source, NULL }, *const others[] = { foreign, NULL };
    const DraftInput input = {
        .text = text, .sources = sources, .foreign = others, .words_max = 1000
    };

    return draft_marks(&input);
}

static void what_is_of_others_is_told(void **state)
{
    static const char *const rows[][4] = {
        { "the pump of your boiler was changed on site, fine", "",
          "We said: The pump of your boiler was changed on site.",
          "foreign:the pump of your boiler was changed on site" },
        { "the pump of your boiler was changed", "", "the pump of your boiler was changed", "" },
        { "the pump of your boiler was changed today", "",
          "the pump of your boiler was changed today",
          "foreign:the pump of your boiler was changed today" },
        { "the pump of your boiler was changed today", "the pump of your boiler was changed today",
          "the pump of your boiler was changed today", "" },
        { "one two three four five six seven eight X one two three four five six seven eight", "",
          "one two three four five six seven eight",
          "foreign:one two three four five six seven eight|foreign:one two three four five six "
          "seven eight" },
        { "ご注文のポンプは昨日発送いたしました", "", "ご注文のポンプは昨日発送いたしました",
          "foreign:ご注文のポンプは昨日発送いたしました" },
        { "お世話になっております", "", "お世話になっております", "" },
        { "order 4711", "", "order 4711", "foreign:4711" },
        { "order 4711", "order 4711", "order 4711", "" },
        { "write to bob@example.org", "", "bob@example.org", "foreign:bob@example.org" },
        { "Dear Bob,\n", "Ann", "Dear Bob", "foreign:Bob" },
        { "https://evil.com", "", "https://evil.com", "link!:https://evil.com" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *marks = foreign_marks(rows[i][0], rows[i][1], rows[i][2]);

        assert_string_equal(marks, rows[i][3]);
    }
}

/* -- Hidden and markup ------------------------------------------------------------------------ */

static void what_nobody_sees_is_told(void **state)
{
    static const Row rows[] = {
        { "plain\ttext\r\n", "", "" },
        { "zero\u200Bwidth", "", "hidden:\u200B" },
        { "soft\u00ADhyphen", "", "hidden:\u00AD" },
        { "\u200Fשלום\u200F", "", "direction:\u200F" },
        { "\u061Cمرحبا\u200E", "", "direction:\u061C" },
        { "\u2067שלום\u2069\u200F", "", "hidden:\u2067|hidden:\u2069|direction:\u200F" },
        { "back\u202Ewards\u202C", "", "hidden:\u202E|hidden:\u202C" },
        { "tag\U000E0041\U000E0042s", "", "hidden:\U000E0041\U000E0042" },
        { "a\x1B[b\x07", "", "hidden:\x1B|hidden:\x07" },
        { "a\u2028b\xC2\x85", "", "hidden:\u2028|hidden:\xC2\x85" },
        { "\uFEFFx \uE000", "", "hidden:\uFEFF|hidden:\uE000" },
        { "family 👨\u200D👩\u200D👧 ❤\uFE0F", "", "" },
        { "می\u200Cخواهم", "", "" },
        { "p\u0430ypal and \u03BFk", "", "hidden:pаypal|hidden:οk" },
        { "with a \u0441\u0430\u0440\u0435 in Latin text", "", "hidden:саре" },
        { "это саре в русском тексте", "", "" },
        { "5 μm and 3 Ωm", "5 3", "" },
        { "Excelファイル", "", "" },
        { "𝐇𝐞𝐥𝐥𝐨 you", "", "hidden:𝐇𝐞𝐥𝐥𝐨" },
    };

    (void)state;
    CHECK(rows);
}

static void markup_is_told(void **state)
{
    static const Row rows[] = {
        { "a < b and b > c, <ann@example.com>, 1 <2", "1 2 ann@example.com", "" },
        { "a <b>bold</b> word<br/>", "", "markup:<b>|markup:</b>|markup:<br/>" },
        { "<a href=\"https://evil.com\">here</a>", "",
          "markup:<a href=\"https://evil.com\">|link!:https://evil.com|markup:</a>" },
        { "<img src=x\nonerror=y>", "", "markup:<img src=x\nonerror=y>" },
        { "<!-- note -->", "", "markup:<!--" },
        { "Tom &amp; Jerry & AT&T; R&D", "", "markup:&amp;|markup:&T;" },
        { "[here](https://evil.com) [1] (a)", "1",
          "markup:[here](https://evil.com)|link!:https://evil.com" },
        { "[here](https://example.com)", "https://example.com",
          "markup:[here](https://example.com)" },
        { "![pic](x.png)", "", "markup:![pic](x.png)" },
        { "# Title\n#hash\n####### no\n", "", "markup:# Title" },
        { "| a | b |\n|---|---|\na | b\n", "", "markup:| a | b ||markup:|---|---|" },
        { "```\ncode\n```\n", "", "markup:```|markup:```" },
        { "**bold** and __this__ but 2 ** 3 and a_b_c, ****", "2 3",
          "markup:**bold**|markup:__this__" },
    };

    (void)state;
    CHECK(rows);
}

/* -- Language and length ---------------------------------------------------------------------- */

#define ENGLISH                                                                                    \
    "thank you for your message, we have received it and "                                         \
    "will answer as soon as we can this week, please be patient with us"

static const struct {
    const char *code, *text;
} letters[] = {
    { "en", ENGLISH },
    { "de", "vielen dank für ihre nachricht, wir haben sie erhalten und werden ihnen so bald wie "
            "möglich eine antwort auf die frage geben" },
    { "fr",
      "merci pour votre message, nous avons bien reçu la demande et nous allons vous répondre "
      "dans les meilleurs délais sur ce sujet" },
    { "es",
      "gracias por su mensaje, lo hemos recibido y le daremos una respuesta en cuanto se pueda, "
      "con la información que usted pide" },
    { "pt", "obrigado por escrever, a sua mensagem foi recebida e vamos responder o mais breve que "
            "for possível, com uma solução para você" },
    { "it",
      "grazie per il suo messaggio, abbiamo ricevuto la richiesta e le daremo una risposta con "
      "i dettagli che ci ha chiesto" },
    { "nl", "bedankt voor uw bericht, wij hebben het ontvangen en u krijgt zo snel als dit kan een "
            "antwoord van ons op de vraag" },
    { "sv", "tack för ditt meddelande, vi har tagit emot det och du får ett svar från oss så snart "
            "det är möjligt att ge" },
    { "fi", "kiitos viestistä, olemme saaneet sen ja teidän asia on nyt meillä, se ei ole vielä "
            "valmis mutta voit kysyä myös lisää" },
    { "pl", "dziękujemy za wiadomość, którą do nas państwo wysłali, jest ona dla nas ważna i nie "
            "zostanie bez odpowiedzi w tym tygodniu" },
    { "cs", "děkujeme za zprávu, kterou jste nám poslali, je pro nás důležitá a bude na ni brzy "
            "odpověď, pokud to půjde, prosím čekejte" },
    { "ru", "спасибо за ваше письмо, мы получили его и ответим вам как можно скорее, если это не "
            "срочно, пожалуйста, подождите" },
    { "uk", "дякуємо за ваш лист, ми його отримали і відповімо вам якнайшвидше, якщо це не "
            "терміново, будь ласка, зачекайте на нас" },
    { "tr",
      "bize yazdığınız için teşekkür ederiz, bu konu ile ilgili size en kısa sürede bir yanıt "
      "verilecek, lütfen daha sonra bekleyin" },
    { "el",
      "σας ευχαριστούμε για το μήνυμα, έχουμε λάβει την ερώτηση και θα σας απαντήσουμε με την "
      "πρώτη ευκαιρία από το γραφείο μας" },
    { "zh", "感谢您的来信，我们已经收到您的问题，会尽快给您答复，请您耐心等待，如有其他问题请随时联"
            "系我们" },
    { "ja", "お問い合わせいただきありがとうございます。内容を確認のうえ、できるだけ早くご返信いたし"
            "ます。" },
    { "ko",
      "문의해 주셔서 감사합니다 보내 주신 내용을 확인하고 있으며 가능한 한 빨리 답변을 드리도록 "
      "하겠습니다 조금만 기다려 주시기 바랍니다" },
};

static void another_language_is_told(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
        for (gsize k = 0; k < G_N_ELEMENTS(letters); k++) {
            const DraftInput input = { .text = letters[i].text,
                                       .words_max = 100,
                                       .language = letters[k].code };
            g_autofree char *marks = draft_marks(&input);

            if ((strcmp(marks, "language:") == 0) != (i != k))
                fail_msg("%s as %s: %s", letters[i].code, letters[k].code, marks);
        }
}

static void what_is_not_evident_is_not_told(void **state)
{
    static const char *const rows[][2] = {
        { "thank you for your message we have it", "de" }, /* too few words */
        { ENGLISH, "" },
        { ENGLISH, "xx" },
        { ENGLISH, "en-GB" },
        { "takk for meldingen, vi har fått den og du får et svar fra oss så snart det er mulig",
          "da" },
        { "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda my ny xi", "de" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const DraftInput input = { .text = rows[i][0], .words_max = 100, .language = rows[i][1] };
        g_autofree char *marks = draft_marks(&input);

        assert_string_equal(marks, "");
    }
}

static char *length_marks(const char *unit, guint count, guint min, guint max)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < count; i++)
        g_string_append(text, unit);
    const DraftInput input = { .text = text->str, .words_min = min, .words_max = max };
    return draft_marks(&input);
}

static void the_length_has_a_tolerance(void **state)
{
    static const struct {
        const char *unit;
        guint count, min, max;
        bool marked;
    } rows[] = {
        { "word ", 112, 0, 0, true },   { "word ", 113, 0, 0, false },
        { "word ", 250, 0, 0, false },  { "word ", 251, 0, 0, true },
        { "word ", 7, 10, 20, true },   { "word ", 8, 10, 20, false },
        { "word ", 25, 10, 20, false }, { "word ", 26, 10, 20, true },
        { "word ", 0, 0, 20, false },   { "字", 300, 0, 0, false },
        { "字", 520, 0, 0, true },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *marks =
            length_marks(rows[i].unit, rows[i].count, rows[i].min, rows[i].max);

        assert_string_equal(marks, rows[i].marked ? "length:" : "");
    }
}

/* -- All of it -------------------------------------------------------------------------------- */

static void a_good_draft_has_no_marks(void **state)
{
    static const char mail[] = "From: Ann Lee <ann@example.org>\nMy order 4711 of 12 May 2024 over "
                               "€1,234.50 has not arrived. Call me: +49 30 1234567.";
    static const char facts[] = "Parcels take 3 days. Help: https://example.com/parcels";
    static const char draft[] =
        "Dear Ann,\n\nThank you for writing to us. I have looked at your order 4711 from May 12, "
        "2024, and I'm sorry that it hasn't arrived. Parcels usually take 3 days. You find more "
        "about this on https://example.com/parcels.\n\nIf it is lost, we will return the 1,234.50 "
        "EUR to you. We may call you at 030 1234567.\n\nKind regards,\nAcme Support\n"
        "support@example.com\n";
    const char *const sources[] = { mail, facts, "Acme Support", NULL };
    const char *const domains[] = { "example.com", NULL };
    const char *const addresses[] = { "support@example.com", NULL };
    const DraftInput input = { .text = draft,
                               .sources = sources,
                               .link_domains = domains,
                               .addresses = addresses,
                               .words_min = 60,
                               .words_max = 80,
                               .language = "en" };
    g_autofree char *marks = draft_marks(&input);

    (void)state;
    assert_string_equal(marks, "");
}

static void what_cannot_be_checked_cannot_be_confirmed(void **state)
{
    g_autofree char *most = g_strnfill(DRAFT_TEXT_MAX, ' '), *more = NULL;
    const DraftInput full = { .text = most, .words_max = 1 };
    g_autofree char *none = draft_marks(&full);

    (void)state;
    more = g_strconcat(most, " ", NULL);
    const DraftInput beyond = { .text = more, .words_max = 1 }, invalid = { .text = "a\xFF" };
    g_autofree char *one = draft_marks(&beyond), *other = draft_marks(&invalid);
    assert_string_equal(none, "");
    assert_string_equal(one, "unchecked:");
    assert_string_equal(other, "unchecked:");
    assert_false(draft_mark_kinds[DRAFT_MARK_UNCHECKED].confirmable);
    assert_false(draft_mark_kinds[DRAFT_MARK_HIDDEN].confirmable);
    assert_true(draft_mark_kinds[DRAFT_MARK_DIRECTION].confirmable);
    assert_true(draft_mark_kinds[DRAFT_MARK_NUMBER].confirmable);
}

static guint marks_of(guint numbers)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < numbers; i++)
        g_string_append(text, "7, ");
    const DraftInput input = { .text = text->str, .words_max = 1000 };
    g_autoptr(GPtrArray) marks = draft_check(&input);
    guint told = 0;

    for (guint i = 0; i < marks->len; i++)
        told += ((DraftMark *)g_ptr_array_index(marks, i))->kind == DRAFT_MARK_UNCHECKED;
    assert_int_equal(told, marks->len > DRAFT_MARKS_MAX);
    return marks->len;
}

static void more_marks_than_are_kept_are_told(void **state)
{
    (void)state;
    assert_int_equal(marks_of(499), 499);
    assert_int_equal(marks_of(500), 500);
    assert_int_equal(marks_of(501), 501); /* one of them says so */
    assert_int_equal(marks_of(900), 501);
}

static void every_kind_is_described(void **state)
{
    (void)state;
    for (int kind = 0; kind < DRAFT_MARK_KINDS; kind++) {
        assert_true(*draft_mark_kinds[kind].name);
        assert_true(g_str_has_suffix(draft_mark_kinds[kind].help, "."));
    }
}

/* Of text that makes a check begin again and again. */
static void hostile_texts_are_checked_in_linear_time(void **state)
{
    static const char *const units[] = { "a.",    "a@",   "[",      "[(",       "<a ",    "1,",
                                         "1 ",    "+1 (", "A ",     "https://", "**a",    "&a",
                                         "Dear ", "ß",    "\u0301", "0-",       "a[.]",   "12.12.",
                                         "A1-",   "[a](", "字",     "Aa ",      "\u200B", "![" };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len + strlen(units[i]) <= DRAFT_TEXT_MAX)
            g_string_append(text, units[i]);
        const char *const texts[] = { text->str, NULL };
        const DraftInput input = { .text = text->str, .sources = texts, .foreign = texts };
        gint64 start = g_get_monotonic_time();
        g_autoptr(GPtrArray) marks = draft_check(&input);
        gint64 took = g_get_monotonic_time() - start;

        assert_non_null(marks);
        if (took > 5 * G_TIME_SPAN_SECOND)
            fail_msg("%s: %d ms", units[i], (int)(took / 1000));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_greeted_must_be_known),
        cmocka_unit_test(who_signs_must_be_known),
        cmocka_unit_test(names_within_a_text_must_be_known),
        cmocka_unit_test(german_nouns_are_no_names),
        cmocka_unit_test(what_is_of_others_is_told),
        cmocka_unit_test(what_nobody_sees_is_told),
        cmocka_unit_test(markup_is_told),
        cmocka_unit_test(another_language_is_told),
        cmocka_unit_test(what_is_not_evident_is_not_told),
        cmocka_unit_test(the_length_has_a_tolerance),
        cmocka_unit_test(a_good_draft_has_no_marks),
        cmocka_unit_test(what_cannot_be_checked_cannot_be_confirmed),
        cmocka_unit_test(more_marks_than_are_kept_are_told),
        cmocka_unit_test(every_kind_is_described),
        cmocka_unit_test(hostile_texts_are_checked_in_linear_time),
    };

    return cmocka_run_group_tests_name("reply: check", tests, NULL, NULL);
}
