// What every page answers to the hand with. Each part finds its own elements,
// and where there are none does nothing.
import { link, slide } from './linked.js'
import { suggestIn } from './suggestions.js'

document.querySelectorAll('input[data-suggest]').forEach(suggestIn)
document.querySelectorAll('[data-linked]').forEach(link)
document.querySelectorAll('select[data-slide]').forEach(slide)
