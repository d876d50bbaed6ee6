// The Good Work Index follows the hand: sliders beside the weights, and scores,
// intervals and contributions worked out in the page from the dimensions' scores
// and variances that came with it. The form gives the same without any of this.
import { written } from './formatters.js'

const normal = 1.959963984540054 // the normal distribution's 97.5th percentile
const equalWeight = 20

export function exploreIndex(form) {
  const { dimensions, access, areas } = JSON.parse(document.getElementById('index-data').textContent)
  const count = dimensions.length
  const fields = dimensions.map((name) => form.elements[name])
  const sliders = fields.map((field) => sliderFor(field))
  const shown = new Map()
  for (const place of document.querySelectorAll('[data-index-area]')) {
    const code = place.dataset.indexArea
    if (areas[code]) {
      shown.set(place, { code, cells: cellsOf(place, count) })
    }
  }
  const table = document.querySelector('[data-index-table] tbody')
  const said = document.querySelector('[data-index-said]')
  const middle = document.querySelector('[data-index-middle]')
  const figure = document.getElementById('quantity-quality')
  let names
  let frame = 0
  let later = 0

  function weights() {
    return fields.map((field) => {
      const w = field.value === '' ? equalWeight : Number(field.value)
      return w >= 0 && w <= 100 ? w : NaN
    })
  }

  function update() {
    frame = 0
    const given = weights()
    const total = given.reduce((sum, w) => sum + w, 0)
    if (!(total > 0)) {
      return // the form says what is wrong once it is sent
    }
    const equal = given.every((w) => w === given[0])
    const shares = given.map((w) => w / total)
    const scores = new Map()
    for (const code of Object.keys(areas)) {
      scores.set(code, scoreOf(areas[code], shares, equal))
    }
    for (const [place, { code, cells }] of shown) {
      fill(cells, scores.get(code), areas[code], shares)
      place.dataset.score = scores.get(code)[0]
    }
    for (const [d, name] of dimensions.entries()) {
      document.querySelector('[data-share="' + name + '"]').textContent = written(100 * shares[d], 0, '', '%')
    }
    for (const part of document.querySelectorAll('[data-equal-only]')) {
      part.hidden = !equal
    }
    for (const part of document.querySelectorAll('[data-own-only]')) {
      part.hidden = equal
    }
    const all = [...scores.values()].map((s) => s[0]).sort((a, b) => a - b)
    if (middle.textContent) {
      middle.textContent = 'The middle half of the ' + all.length + ' areas scores between ' + written(quantile(all, 0.25), 0, '', '') + ' and ' + written(quantile(all, 0.75), 0, '', '') + '.'
    }
    sortRows()
    form.dispatchEvent(new CustomEvent('index-shown', { bubbles: true }))
    window.clearTimeout(later)
    later = window.setTimeout(() => settle(given, shares, equal), 150)
  }

  // What need not follow every movement: the address, the links, the chart and
  // what is said aloud.
  function settle(given, shares, equal) {
    keepIn(given, equal)
    const first = document.querySelector('.index-area')
    said.textContent = first ? first.querySelector('h3').textContent + ': ' + first.querySelector('.index-score').textContent : middle.textContent
    if (!figure) {
      return
    }
    const script = figure.querySelector('script.chart-option')
    const option = JSON.parse(script.textContent)
    names = names || namesInPage()
    for (const series of option.series) {
      for (const point of series.data || []) {
        const code = names.get(point.name)
        if (!code || !Array.isArray(point.value) || point.value.length !== 2) {
          continue
        }
        const quality = qualityOf(areas[code], shares, access)
        point.value[1] = quality
        point.tip = point.name + ': quantity ' + written(areas[code][access], 0, '', '') + ', quality ' + written(quality, 0, '', '')
      }
    }
    script.textContent = JSON.stringify(option)
    figure.dataset.moved = 'true'
    figure.dispatchEvent(new CustomEvent('chart-option', { detail: option }))
  }

  function keepIn(given, equal) {
    const address = new URL(window.location.href)
    setWeights(address, given, equal)
    if (address.href !== window.location.href) {
      window.history.replaceState(window.history.state, '', address)
    }
    for (const link of document.querySelectorAll('a[data-keeps-weights], #quantity-quality .chart-actions a')) {
      const to = new URL(link.getAttribute('href'), window.location.href)
      setWeights(to, given, equal)
      link.setAttribute('href', to.pathname + to.search + to.hash)
    }
    for (const [selector, name] of [['[data-png]', 'png'], ['[data-copy]', 'copy'], ['[data-embed]', 'embed']]) {
      for (const part of document.querySelectorAll('#quantity-quality ' + selector)) {
        const to = new URL(part.dataset[name], window.location.href)
        setWeights(to, given, equal)
        part.dataset[name] = to.pathname + to.search + to.hash
        if (name === 'embed') {
          part.value = part.value.replace(/src="[^"]*"/, 'src="' + to.href.replace(/&/g, '&amp;') + '"')
        }
      }
    }
  }

  function setWeights(address, given, equal) {
    for (const [d, name] of dimensions.entries()) {
      if (equal) {
        address.searchParams.delete(name)
      } else {
        address.searchParams.set(name, given[d])
      }
    }
    address.search = address.search.replace(/%2C/g, ',')
  }

  function sortRows() {
    const by = new URL(window.location.href).searchParams
    if (!table || by.get('sort') !== 'score') {
      return
    }
    const turn = by.get('order') === 'desc' ? -1 : 1
    const rows = [...table.rows]
    rows.sort((a, b) => turn * (a.dataset.score - b.dataset.score))
    table.append(...rows)
  }

  function soon() {
    frame = frame || window.requestAnimationFrame(update)
  }

  for (const [d, field] of fields.entries()) {
    sliders[d].addEventListener('input', () => {
      field.value = sliders[d].value
      soon()
    })
    field.addEventListener('input', () => {
      sliders[d].value = field.value
      soon()
    })
  }
  // A reader who comes back finds the fields as the browser kept them.
  window.addEventListener('pageshow', () => {
    for (const [d, field] of fields.entries()) {
      if (field.value !== field.defaultValue) {
        sliders[d].value = field.value
        soon()
      }
    }
  })
}

function sliderFor(field) {
  const slider = document.createElement('input')
  slider.type = 'range'
  slider.className = 'weight-slider'
  slider.min = '0'
  slider.max = '100'
  slider.step = '1'
  slider.value = field.value
  slider.setAttribute('aria-label', field.labels[0].textContent + ', slider')
  slider.setAttribute('aria-describedby', field.id + '-share')
  field.before(slider)
  return slider
}

function cellsOf(place, count) {
  return {
    score: place.querySelector('[data-cell="score"]'),
    interval: place.querySelector('[data-cell="interval"]'),
    parts: Array.from({ length: count }, (_, d) => place.querySelector('[data-cell="part-' + d + '"]')),
    bars: [...place.querySelectorAll('svg.parts rect')],
    line: place.querySelector('.parts-interval'),
  }
}

// scoreOf is the score and its limits. At equal weights they are the published
// ones. The order of the operations is the server's.
function scoreOf(area, shares, equal) {
  const count = shares.length
  if (equal) {
    return [area[2 * count], area[2 * count + 1], area[2 * count + 2]]
  }
  let score = 0
  let variance = 0
  for (let d = 0; d < count; d++) {
    score += shares[d] * area[d]
    variance += shares[d] * shares[d] * area[count + d]
  }
  const half = normal * Math.sqrt(variance)
  return [score, Math.max(0, score - half), Math.min(100, score + half)]
}

function qualityOf(area, shares, access) {
  let sum = 0
  let total = 0
  for (let d = 0; d < shares.length; d++) {
    if (d !== access) {
      sum += shares[d] * area[d]
      total += shares[d]
    }
  }
  return total > 0 ? sum / total : null
}

function fill(cells, [score, lower, upper], area, shares) {
  set(cells.score, written(score, 0, '', ''))
  set(cells.interval, written(lower, 0, '', '') + ' to ' + written(upper, 0, '', ''))
  let left = 0
  for (let d = 0; d < shares.length; d++) {
    const wide = shares[d] * area[d]
    if (cells.parts[d]) {
      set(cells.parts[d], written(wide, 1, '', ''))
    }
    if (cells.bars[d]) {
      cells.bars[d].setAttribute('x', tenth(left))
      cells.bars[d].setAttribute('width', tenth(wide))
    }
    left += wide
  }
  if (cells.line) {
    const from = tenth(lower)
    const to = tenth(upper)
    cells.line.setAttribute('d', 'M' + from + ' 5H' + to + 'M' + from + ' 2V8M' + to + ' 2V8')
  }
}

function set(cell, text) {
  if (cell && cell.textContent !== text) {
    cell.textContent = text
  }
}

function tenth(value) {
  return Math.round(value * 10) / 10
}

// quantile is the q-th quantile of sorted numbers, by the rule that R calls type 7.
function quantile(sorted, q) {
  const at = q * (sorted.length - 1)
  const i = Math.floor(at)
  return i + 1 >= sorted.length ? sorted[sorted.length - 1] : sorted[i] + (at - i) * (sorted[i + 1] - sorted[i])
}

// namesInPage finds the codes of the names by which a chart's points go.
function namesInPage() {
  const names = new Map()
  for (const link of document.querySelectorAll('[data-index-area] th[scope="row"] a, .index-area h3 a')) {
    const place = link.closest('[data-index-area]')
    names.set(link.textContent, place.dataset.indexArea)
  }
  return names
}
