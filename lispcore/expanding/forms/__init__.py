"""The special forms, one file per idea. Importing this package fills `expander.SPECIAL_FORMS`."""

import lispcore.expanding.forms.basic
import lispcore.expanding.forms.binding
import lispcore.expanding.forms.checking_forms
import lispcore.expanding.forms.choice
import lispcore.expanding.forms.definitions
import lispcore.expanding.forms.delayed
import lispcore.expanding.forms.doc_form
import lispcore.expanding.forms.handling
import lispcore.expanding.forms.iteration
import lispcore.expanding.forms.macros
import lispcore.expanding.forms.matching
import lispcore.expanding.forms.model_forms
import lispcore.expanding.forms.module_forms
import lispcore.expanding.forms.observability
import lispcore.expanding.forms.record_forms
import lispcore.expanding.forms.resources
import lispcore.expanding.forms.task_forms
import lispcore.expanding.forms.terminal_modes
import lispcore.expanding.forms.threading
import lispcore.expanding.forms.workflow_forms  # noqa: F401
