"""What Vuetify 2 and Solara leave out for screen readers and for those who zoom in.

Attributes alone: which element is a box to choose from, what a button without words does, that the
page is in English and may be zoomed. They are set as the elements come.
"""

import solara


@solara.component_vue("assistive.vue")
def Assistive() -> None:
    """Set them for as long as the page is shown."""
