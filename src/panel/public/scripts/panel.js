import { startCodeField } from "./code-field.js";
import { startCopying } from "./copying.js";
import { startFilters } from "./filters.js";
import { startScrolling } from "./scrolling.js";
import { startThemeSwitch } from "./theme-switch.js";

// All of them listen on the document, so that pages and frames which Turbo brings later work without another start.
startCopying();
startCodeField();
startFilters();
startThemeSwitch();
startScrolling();
