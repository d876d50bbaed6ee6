// What every page answers to the hand with. Each part finds its own elements,
// and where there are none does nothing.
import { actOn } from './chart_actions.js'
import { exploreIndex } from './index.js'
import { link, slide } from './linked.js'
import { watchPartials } from './partial.js'
import { reveal } from './reveal.js'
import { suggestIn } from './suggestions.js'

function awaken(root) {
  root.querySelectorAll('input[data-suggest]').forEach(suggestIn)
  root.querySelectorAll('[data-linked]').forEach(link)
  root.querySelectorAll('select[data-slide]').forEach(slide)
  root.querySelectorAll('.chart-actions').forEach(actOn)
}

awaken(document)
document.querySelectorAll('form[data-index-form]').forEach(exploreIndex)
document.addEventListener('partial', (event) => awaken(event.detail))
watchPartials()
reveal()
