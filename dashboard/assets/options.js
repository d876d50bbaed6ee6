// From an option as JSON to one that ECharts draws.
import { formatter } from './formatters.js'
import { renderItem } from './custom_series.js'

// resolved is a copy of an option in which every name of a formatter or of a
// shape has become its function, and every colour what recoloured makes of it.
export function resolved(option, recoloured) {
  return walked(option, '', recoloured)
}

function walked(value, key, recoloured) {
  if (typeof value === 'string') {
    if (value.startsWith('fmt:')) {
      return formatter(value.slice(4))
    }
    if (key === 'renderItem') {
      return renderItem(value)
    }
    return recoloured && value.startsWith('#') ? recoloured(value) : value
  }
  if (Array.isArray(value)) {
    return value.map((item) => walked(item, key, recoloured))
  }
  if (value && typeof value === 'object') {
    const copy = {}
    for (const name of Object.keys(value)) {
      copy[name] = walked(value[name], name, recoloured)
    }
    return copy
  }
  return value
}

// mapsOf are the names of the maps that an option draws.
export function mapsOf(option) {
  const parts = [].concat(option.series || [], option.geo || [])
  return [...new Set(parts.map((part) => part.map).filter(Boolean))]
}
