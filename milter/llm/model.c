/* A configured model made ready: its address whole, its key read, both checked.
 *
 * Mail goes out in clear to this machine only.  Reads files; at load only.
 */
#include "llm/api.h"

#include "base/ca_file.h"
#include "base/error.h"
#include "base/host.h"
#include "base/key_file.h"

#include <string.h>

static bool config_error(GError **error, const LlmModel *model, const char *text)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "llm %s: %s", model->name, text);
    return false;
}

static bool check_url(const LlmModel *model, GError **error)
{
    g_autoptr(GUri) uri = g_uri_parse(model->url, G_URI_FLAGS_HAS_PASSWORD, NULL);
    const char *scheme = uri ? g_uri_get_scheme(uri) : "";
    bool https = strcmp(scheme, "https") == 0;
    if ((!https && strcmp(scheme, "http") != 0) || !g_uri_get_host(uri) || !*g_uri_get_host(uri))
        return config_error(error, model, "url is not of the form https://host[:port]");
    if (g_uri_get_userinfo(uri))
        return config_error(error, model, "url holds a user name; the key belongs into key_file");
    if (g_uri_get_query(uri) || g_uri_get_fragment(uri))
        return config_error(error, model,
                            "url has a '?' or '#'; only the server's address is asked");
    if (!https && !host_is_loopback(g_uri_get_host(uri)))
        return config_error(error, model,
                            "url would send mail in clear; use https, or http to 127.0.0.1");
    return true;
}

/* The base address plus the endpoint's path.  What stands in both ("…/v1" + "/v1/messages") comes
 * once, so that base addresses as other programs write them work too. */
static char *endpoint_url(const char *base, const char *path)
{
    g_autofree char *url = g_strdup(base);
    gsize length = strlen(url);
    while (length > 0 && url[length - 1] == '/')
        url[--length] = '\0';
    for (gsize common = strlen(path); common > 0; common--) {
        bool whole_segment = path[common] == '/' || path[common] == '\0';
        if (whole_segment && length >= common && strncmp(url + length - common, path, common) == 0)
            return g_strconcat(url, path + common, NULL);
    }
    return g_strconcat(url, path, NULL);
}

/* What the endpoint is called there; a model's name in it is escaped. */
static char *endpoint_path(const LlmModel *model, const LlmApi *api)
{
    if (!api->action)
        return g_strdup(api->path);
    g_autofree char *name = g_uri_escape_string(model->model, NULL, false);
    return g_strconcat(api->path, name, api->action, NULL);
}

/* What can stand at the end of a base address, or in it, if another api is meant by it. */
static const struct {
    const char *part;
    bool at_end;
} foreign_parts[] = {
    { "/v1", true },
    { "/v1beta", true },
    { "/chat/completions", true },
    { "/responses", true },
    { "/decisions", true },
    { "/systemone", true },
    { "/messages", true },
    { "/api/chat", true },
    { "/api/generate", true },
    { "/openai/deployments/", false }, /* Azure before v1 */
};

static bool check_base(const LlmModel *model, const char *path, GError **error)
{
    g_autofree char *base = g_strndup(model->url, strlen(model->url) - strlen(path));
    for (gsize i = 0; i < G_N_ELEMENTS(foreign_parts); i++) {
        const char *part = foreign_parts[i].part;
        if (foreign_parts[i].at_end ? !g_str_has_suffix(base, part) : !strstr(base, part))
            continue;
        g_autofree char *text = g_strdup_printf(
            "url has '%s', but this api is asked at '%s'; give the server's address alone, "
            "or name the api that belongs to it",
            part, path);
        return config_error(error, model, text);
    }
    return true;
}

static bool complete_url(LlmModel *model, const LlmApi *api, GError **error)
{
    const char *base = model->url && *model->url ? model->url : api->url;
    if (!base)
        return config_error(error, model, "url is missing; this api has no usual address");
    g_autofree char *path = endpoint_path(model, api);
    g_autofree char *url = endpoint_url(base, path);
    g_free(model->url);
    model->url = g_steal_pointer(&url);
    return check_url(model, error) && check_base(model, path, error);
}

static bool read_key(LlmModel *model, GError **error)
{
    g_autoptr(GError) refused = NULL;
    g_autofree char *key = key_file_read(model->key_file, "key_file", &refused);
    if (!key)
        return config_error(error, model, refused->message);
    g_free(model->key);
    model->key = g_steal_pointer(&key);
    return true;
}

static bool check_ca_file(const LlmModel *model, GError **error)
{
    bool good = ca_file_check(model->ca_file, "ca_file", error);
    if (!good)
        g_prefix_error(error, "llm %s: ", model->name);
    return good;
}

bool llm_model_complete(LlmModel *model, GError **error)
{
    const LlmApi *api = llm_api(model);
    model->fenced_json |= api->fenced_json;
    if (!complete_url(model, api, error) || !check_ca_file(model, error))
        return false;
    if (model->key_file && *model->key_file)
        return read_key(model, error);
    if (api->needs_key)
        return config_error(error, model, "key_file is missing; this api asks for a key");
    g_free(model->key);
    model->key = g_strdup("");
    return true;
}
