/* Groups that a site puts in front of its own mailbox: what they write into a mail makes no list of
 * it.  Anyone can write the same, and gains nothing by being taken for a person.  Pure; any thread.
 */
#include "mail/own_list.h"

#include <string.h>

static bool is_in(const char *text, gsize length, char *const *list)
{
    for (; list && *list; list++)
        if (strlen(*list) == length && g_ascii_strncasecmp(text, *list, length) == 0)
            return true;
    return false;
}

/* The id between the brackets of List-Id, RFC 2919 3. */
static bool is_own_id(const char *list_id, const MailTrust *trust)
{
    const char *open = strrchr(list_id, '<');
    const char *begin = open ? open + 1 : list_id;

    return is_in(begin, strcspn(begin, "> "), trust->own_lists);
}

static bool is_own_address(const char *list_post, const MailTrust *trust)
{
    const char *begin = strstr(list_post, "mailto:");

    if (!begin)
        return false;
    begin += strlen("mailto:");
    return is_in(begin, strcspn(begin, ">?, "), trust->own_lists);
}

/* "list team@example.com; contact …", as Google writes it; "team@example.com". */
static bool is_own_name(const char *value, const MailTrust *trust)
{
    if (g_ascii_strncasecmp(value, "list ", 5) == 0)
        value += 5;
    return is_in(value, strcspn(value, "; "), trust->own_lists);
}

bool own_list_brought(const HeaderView *view, const MailTrust *trust)
{
    static const struct {
        const char *header;
        bool (*is_own)(const char *value, const MailTrust *trust);
    } names[] = { { "List-Id", is_own_id },
                  { "List-Post", is_own_address },
                  { "Mailing-List", is_own_name },
                  { "X-BeenThere", is_own_name } };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = header_find(view, names[i].header);

        if (value && names[i].is_own(value, trust))
            return true;
    }
    return false;
}
