// What wakes the components of a page? Every page works without it.
import { initAll as initGovuk } from "../govuk/govuk-frontend.min.js";
import { initAll as initMoj } from "../govuk/moj-frontend.min.js";
import { watchAdvice } from "./advice.js";
import { keepDrafts } from "./drafts.js";
import { watchHideKey } from "./hide.js";
import { keepEntries } from "./kept.js";
import { watchStatus } from "./poll.js";
import { printButtons } from "./print.js";
import { warnBeforeSignOut } from "./session.js";

initGovuk();
initMoj();
keepDrafts(document);
keepEntries(document);
watchHideKey(document);
watchStatus(document);
printButtons(document);
warnBeforeSignOut(document);
watchAdvice(document);
