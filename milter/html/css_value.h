/* How the value of each property of CSS is read. */
#pragma once

#include "html/css.h"

/* `value` is in normal form.  Sets what it means; nothing, if it means nothing. */
typedef void (*HtmlCssReader)(HtmlCss *css, HtmlCssProperty property, const char *value,
                              bool important);

void css_read_background(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_clip(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_clip_path(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_colour(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_far(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_filter(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_font(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_font_size(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_image(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_is_cut(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_is_hidden(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_is_none(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_opacity(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_position(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_tiny(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_tiny_line(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_transform(HtmlCss *css, HtmlCssProperty property, const char *value, bool important);
void css_read_white_space(HtmlCss *css, HtmlCssProperty property, const char *value,
                          bool important);
