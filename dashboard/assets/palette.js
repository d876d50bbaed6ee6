// The colours of palette.json, for charts that live in the page. An option
// names every colour by its light value; in the dark the same names are worth
// other colours.
import palette from '../chart/palette.json'

const dark = new Map(palette.map((colour) => [colour.light, colour.dark]))

// darkened is the dark value of a palette colour, and any other colour as it is.
export function darkened(colour) {
  return dark.get(colour.toLowerCase()) ?? colour
}
