/* Checks a draft: what in it has no source, leads out, belongs to others or hides.
 *
 * The checks see what a reader's mail program would see, and err towards a mark: a person who
 * confirms one mark too many loses a second.  What nobody can judge by looking at it (hidden
 * characters, what was not checked) can't be confirmed.  Pure; any thread. */
#include "reply/check.h"

#include "base/text.h"
#include "reply/check_parts.h"

#include <string.h>

const DraftMarkRow draft_mark_kinds[DRAFT_MARK_KINDS] = {
    [DRAFT_MARK_NUMBER] = { "number", true,
                            "A number, an order number or a percentage that no source has." },
    [DRAFT_MARK_AMOUNT] = { "amount", true,
                            "An amount of money, or a percentage, that no source has." },
    [DRAFT_MARK_DATE] = { "date", true, "A date or weekday that no source has." },
    [DRAFT_MARK_TIME] = { "time", true, "A time of day that no source has." },
    [DRAFT_MARK_LINK] = { "link", true,
                          "What mail programs make a link of: in no source, or outside the "
                          "domains that replies may link to." },
    [DRAFT_MARK_ADDRESS] = { "address", true,
                             "A mail address or phone number that no source has." },
    [DRAFT_MARK_NAME] = { "name", true,
                          "What looks like a person's or product's name and is in no source." },
    [DRAFT_MARK_FOREIGN] = { "foreign", true,
                             "Found in a reply to another customer, and in no source." },
    [DRAFT_MARK_HIDDEN] = { "hidden", false,
                            "Characters that nobody sees, or letters that only look like others." },
    [DRAFT_MARK_DIRECTION] = { "direction", true,
                               "Marks of direction, as Arabic and Hebrew text has them; they can "
                               "change the order in which a line is shown." },
    [DRAFT_MARK_MARKUP] = { "markup", true, "HTML or Markdown, where a reply is plain text." },
    [DRAFT_MARK_LENGTH] = { "length", true, "Much shorter or longer than wanted." },
    [DRAFT_MARK_LANGUAGE] = { "language", true, "Evidently in another language than expected." },
    [DRAFT_MARK_UNCHECKED] = { "unchecked", false,
                               "Not checked, or not all that was found is "
                               "shown." },
};

static void mark_free(gpointer data)
{
    DraftMark *mark = data;

    g_free(mark->text);
    g_free(mark);
}

static DraftMark *add_mark(GPtrArray *marks, const char *text, DraftMarkKind kind, gsize start,
                           gsize length, const char *why)
{
    DraftMark *mark = g_new0(DraftMark, 1);

    mark->kind = kind;
    mark->start = start;
    mark->length = length;
    mark->text = g_strndup(text + start, text_fit(text + start, MIN(length, DRAFT_MARK_TEXT_MAX)));
    mark->why = why;
    mark->confirmable = draft_mark_kinds[kind].confirmable;
    g_ptr_array_add(marks, mark);
    return mark;
}

void check_add(DraftCheck *check, DraftMarkKind kind, gsize start, gsize length, const char *why)
{
    if (check->marks->len < DRAFT_MARKS_MAX)
        add_mark(check->marks, check->text, kind, start, length, why);
    else
        check->overfull = true;
}

void check_add_unconfirmable(DraftCheck *check, DraftMarkKind kind, gsize start, gsize length,
                             const char *why)
{
    if (check->marks->len < DRAFT_MARKS_MAX)
        add_mark(check->marks, check->text, kind, start, length, why)->confirmable = false;
    else
        check->overfull = true;
}

static int by_position(gconstpointer a, gconstpointer b)
{
    const DraftMark *one = *(const DraftMark *const *)a, *other = *(const DraftMark *const *)b;

    if (one->start != other->start)
        return one->start < other->start ? -1 : 1;
    return (int)one->kind - (int)other->kind;
}

/* What can't be confirmed comes first: it must not be what a full list leaves out. */
static void check_all(DraftCheck *check)
{
    check_hidden(check);
    check_figures(check);
    check_language(check);
    check_foreign(check);
    check_markup(check);
    check_length(check);
    check_names(check);
    if (check->overfull)
        add_mark(check->marks, check->text, DRAFT_MARK_UNCHECKED, 0, 0,
                 "there is more to look at than can be shown");
}

GPtrArray *draft_check(const DraftInput *input)
{
    GPtrArray *marks = g_ptr_array_new_with_free_func(mark_free);
    bool good = strnlen(input->text, DRAFT_TEXT_MAX + 1) <= DRAFT_TEXT_MAX;

    if (!good || !g_utf8_validate(input->text, -1, NULL)) {
        add_mark(marks, "", DRAFT_MARK_UNCHECKED, 0, 0,
                 good ? "it is not UTF-8, and nothing of it was checked"
                      : "it is too long, and nothing of it was checked");
        return marks;
    }
    g_autoptr(Evidence) known = evidence_new(input->sources, input->addresses);
    g_autoptr(Evidence) others = evidence_new(input->foreign, NULL);
    g_autoptr(GArray) words = reply_words(input->text);
    DraftCheck check = { .input = input,
                         .text = input->text,
                         .words = words,
                         .known = known,
                         .others = others,
                         .marks = marks };

    check_all(&check);
    g_ptr_array_sort(marks, by_position);
    return marks;
}
