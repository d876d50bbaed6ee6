// What every page answers to the hand with. Each part finds its own elements,
// and where there are none does nothing.
import { suggestIn } from './suggestions.js'

document.querySelectorAll('input[data-suggest]').forEach(suggestIn)
