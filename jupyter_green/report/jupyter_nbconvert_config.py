"""Gives every nbconvert export of a metered notebook its footprint as a footnote (installed by jupyter-green).

It appends, so that preprocessors of your own stay. A notebook that was not metered is exported as before.
"""

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - nbconvert provides it
c.Exporter.preprocessors.append("jupyter_green.report.preprocessor.FootnotePreprocessor")
# Otherwise an enabled SanitizeHTML, which runs earlier, would take the records away unread.
c.SanitizeHTML.safe_output_keys.update({"application/vnd.jupyter-green.footprint.v1+json"})
