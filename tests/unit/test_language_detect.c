/* The language of a text, where it is evident, and nothing where it is not. */
#include "language/detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void the_language_of_a_text_is_told(void **state)
{
    static const struct {
        const char *language, *text;
    } rows[] = {
        { "en",
          "The pump that we have from you leaks, and it is not clear what we can do with it." },
        { "de", "Die Pumpe, die wir von Ihnen haben, leckt, und es ist nicht klar, was wir mit ihr "
                "tun sollen." },
        { "fr",
          "La pompe que nous avons reçue de vous fuit, et ce n'est pas clair pour nous ce que "
          "nous pouvons faire avec." },
        { "es",
          "La bomba que hemos recibido de ustedes pierde agua, y no está claro lo que podemos "
          "hacer con ella." },
        { "it",
          "La pompa che abbiamo ricevuto da voi perde acqua, e non è chiaro che cosa possiamo "
          "fare con questa." },
        { "ja", "先週いただいたポンプから水が漏れています。どうすればよいか教えてください。" },
        { "zh", "上周收到的水泵漏水了，请告诉我们应该怎么处理，谢谢您的帮助。" },
        { "ko", "지난주에 받은 펌프에서 물이 새고 있습니다. 어떻게 해야 하는지 알려 주시면 정말 "
                "감사하겠습니다. 빠른 답변을 기다리겠습니다." },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_string_equal(language_of_text(rows[i].text), rows[i].language);
}

static void what_is_not_evident_is_not_told(void **state)
{
    static const char *const rows[] = {
        "",
        "The pump leaks, please help us.",
        "4711 4712 4713 4714 4715 4716 4717 4718 4719 4720 4721 4722 4723",
        "Anna Berta Carla Dora Emil Fritz Gustav Hans Ida Jonas Karl Ludwig Max",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_string_equal(language_of_text(rows[i]), "");
}

/* Twelve words are enough, and eleven are not. */
static void few_words_tell_nothing(void **state)
{
    (void)state;
    assert_string_equal(language_of_text("we have the pump and it is not what you can fix"), "en");
    assert_string_equal(language_of_text("we have the pump and it is not what you fix"), "");
}

static void only_the_beginning_is_looked_at(void **state)
{
    g_autofree char *blanks = g_strnfill(LANGUAGE_TEXT_MAX, ' ');
    g_autofree char *text =
        g_strconcat(blanks, "we have the pump and it is not what you can fix", NULL);

    (void)state;
    assert_string_equal(language_of_text(text), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_language_of_a_text_is_told),
        cmocka_unit_test(what_is_not_evident_is_not_told),
        cmocka_unit_test(few_words_tell_nothing),
        cmocka_unit_test(only_the_beginning_is_looked_at),
    };
    return cmocka_run_group_tests_name("language: detect", tests, NULL, NULL);
}
