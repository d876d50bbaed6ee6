// How charts write numbers and labels. An option is pure JSON, so it names its
// formatter: "fmt:pounds0". The server's renderer and the live page resolve
// the name here, and an unknown name is an error in both.
//
// Nothing of Intl is used: the server's interpreter has none.

const units = {
  number: ['', ''],
  pounds: ['£', ''],
  percent: ['', '%'],
  points: ['', ' points'],
  years: ['', ' years'],
}

// written is a number with a fixed count of decimals, thousands parted by
// commas and a true minus before the unit. What is not a number is written as
// nothing, never as 0.
export function written(value, decimals, before, after) {
  if (typeof value !== 'number' || !isFinite(value)) {
    return ''
  }
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  const digits = fraction ? grouped + '.' + fraction : grouped
  const minus = value < 0 && /[1-9]/.test(digits) ? '\u2212' : ''
  return minus + before + digits + after
}

// numberOf finds the number in what ECharts hands to a formatter: a value of
// an axis, or a point whose last dimension is drawn.
function numberOf(given) {
  if (typeof given === 'number') {
    return given
  }
  const value = given && given.value !== undefined ? given.value : given
  return Array.isArray(value) ? value[1] : value
}

function tipOf(params) {
  return (params && params.data && params.data.tip) || ''
}

// tips joins the lines of all points under the pointer, each once.
function tips(params) {
  const lines = (Array.isArray(params) ? params : [params]).map(tipOf)
  return lines.filter((line, i) => line && lines.indexOf(line) === i).join('\n')
}

function labelOf(params) {
  return (params && params.data && params.data.label && params.data.label.text) || params.name || ''
}

// lookup reads "2008.29=2008;2025.29=2025": words for chosen values of an axis.
function lookup(argument) {
  const words = new Map()
  for (const pair of argument.split(';')) {
    const at = pair.indexOf('=')
    words.set(Number(pair.slice(0, at)), pair.slice(at + 1))
  }
  return (value) => words.get(Number(value)) ?? ''
}

// formatter is the function that a name stands for.
export function formatter(name) {
  const space = name.indexOf(' ')
  const word = space < 0 ? name : name.slice(0, space)
  if (word === 'tips') {
    return tips
  }
  if (word === 'label') {
    return labelOf
  }
  if (word === 'lookup' && space > 0) {
    return lookup(name.slice(space + 1))
  }
  const found = /^([a-z]+)([0-9])$/.exec(word)
  if (!found || !Object.prototype.hasOwnProperty.call(units, found[1])) {
    throw new Error('unknown formatter "fmt:' + name + '"')
  }
  const [before, after] = units[found[1]]
  return (given) => written(numberOf(given), Number(found[2]), before, after)
}
