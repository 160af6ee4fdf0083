"""From a text to forms, with the place of each form in the text."""
