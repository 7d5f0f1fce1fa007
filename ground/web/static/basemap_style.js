// @ts-check
/** What the map looks like: one table of colours for each theme, one list of layers. Nothing in it is fetched from afar. */

/** @typedef {'night' | 'day' | 'sun'} Theme  @typedef {Record<string, string>} Colours */
/** @typedef {{name: string, title: string, url: string, kind: 'vector' | 'raster', bounds: number[], layers: string[],
 *             min_zoom: number, max_zoom: number, attribution: string, shipped: boolean}} MapFile */

/** far: beyond the map of a region, where only a coarse world is known: duller, so that it is not taken for detail.
 * @type {Record<Theme, Colours>} */
export const COLOURS = {
  night: {
    farWater: '#070b10', farLand: '#10161d', farBorder: '#2a323c',
    water: '#0a131d', land: '#19212a', coast: '#4d6478', river: '#28475e', road: '#5c5340',
    province: '#36424f', border: '#84769a', frame: '#2f3b47',
    town: '#7d8a98', name: '#aab6c3', halo: '#0d1319', field: '#5f86a6', fieldName: '#7f9db5',
    grid: '#2b3744', gridName: '#6d7b8a', ring: '#6f6a4a', ringName: '#b3a86c',
  },
  day: {
    farWater: '#cfdae1', farLand: '#e3e3dd', farBorder: '#b9b7ae',
    water: '#c3dcea', land: '#f7f5ee', coast: '#5d8196', river: '#7fb0cb', road: '#c89d4e',
    province: '#b3ad9d', border: '#7d5b94', frame: '#93a5b0',
    town: '#3c4650', name: '#1b232b', halo: '#fbfaf5', field: '#1f6697', fieldName: '#1f5c86',
    grid: '#aebbc4', gridName: '#4f5f6b', ring: '#8d6b00', ringName: '#6b5100',
  },
  sun: {
    farWater: '#d3dde4', farLand: '#ececec', farBorder: '#8f8f8f',
    water: '#b9d9ec', land: '#ffffff', coast: '#00324d', river: '#2c7fb0', road: '#8f5e00',
    province: '#777777', border: '#4b0a72', frame: '#333333',
    town: '#000000', name: '#000000', halo: '#ffffff', field: '#00416f', fieldName: '#00416f',
    grid: '#7c8a94', gridName: '#14202a', ring: '#5c4300', ringName: '#3b2b00',
  },
};

/** A layer that is added before this one lies over the land and under the names. */
export const FIRST_NAME = 'far-town';

const FONT = ['Noto Sans'];
const STRONG = ['Noto Sans Bold'];
const NOTHING = { type: 'FeatureCollection', features: [] };

/** By zoom: [zoom, value] pairs in between which the value grows. @param {...number} pairs */
const byZoom = (...pairs) => ['interpolate', ['exponential', 1.4], ['zoom'], ...pairs];


/** The layers that lie beneath everything else. @param {Colours} c */
const worldLayers = (c) => [
  { id: 'far-water', type: 'background', paint: { 'background-color': c.farWater } },
  { id: 'far-land', type: 'fill', source: 'world', filter: ['==', ['get', 'layer'], 'land'], paint: { 'fill-color': c.farLand } },
  { id: 'far-border', type: 'line', source: 'world', filter: ['==', ['get', 'layer'], 'border'], paint: { 'line-color': c.farBorder, 'line-width': 1 } },
];

/** The large towns of the world, but for those that the map of a region names. @param {Colours} c @param {MapFile | null} file */
const worldNames = (c, file) => {
  const [west, south, east, north] = file?.bounds ?? [0, 0, 0, 0];
  const box = { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] };
  const filter = ['all', ['==', ['get', 'layer'], 'town'], ['>=', ['get', 'people'], ['step', ['zoom'], 3e6, 4, 1e6, 5, 0]], ['!', ['within', box]]];
  return [
    { id: 'far-town', type: 'circle', source: 'world', minzoom: 3, filter, paint: { 'circle-radius': 2.2, 'circle-color': c.town } },
    {
      id: 'far-name', type: 'symbol', source: 'world', minzoom: 3, filter,
      layout: {
        'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-max-width': 8, 'text-padding': 6,
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'], 'text-radial-offset': 0.45, 'symbol-sort-key': ['-', 0, ['get', 'people']],
      },
      paint: { 'text-color': c.town, 'text-halo-color': c.halo, 'text-halo-width': 1.5 },
    },
  ];
};

/** @param {string} id @param {string} layer @param {string} colour */
const area = (id, layer, colour) => ({ id, type: 'fill', source: 'region', 'source-layer': layer, paint: { 'fill-color': colour } });

/** @param {string} id @param {string} layer @param {object} paint */
const line = (id, layer, paint) => ({
  id, type: 'line', source: 'region', 'source-layer': layer, layout: { 'line-join': 'round', 'line-cap': 'round' }, paint,
});

/** The layers of a map that `samara map build` made. @param {Colours} c */
const regionLayers = (c) => [
  area('water', 'region', c.water),
  area('land', 'land', c.land),
  area('lake', 'lake', c.water),
  area('island', 'island', c.land),
  line('river', 'river', { 'line-color': c.river, 'line-width': byZoom(6, 0.6, 10, 1.4, 14, 3) }),
  line('lake-shore', 'lake', { 'line-color': c.coast, 'line-width': 0.7 }),
  line('coast', 'land', { 'line-color': c.coast, 'line-width': byZoom(5, 0.6, 9, 1, 14, 2) }),
  line('road', 'road', { 'line-color': c.road, 'line-width': byZoom(7, 0.5, 11, 1.5, 15, 4) }),
  line('province', 'province', { 'line-color': c.province, 'line-width': 1, 'line-dasharray': [3, 2] }),
  line('border', 'border', { 'line-color': c.border, 'line-width': byZoom(4, 1, 10, 2) }),
  line('frame', 'region', { 'line-color': c.frame, 'line-width': 1.5, 'line-dasharray': [1, 3] }),
];

/** Lines of latitude and longitude, and rings around us: graticule.js makes what they show. @param {Colours} c */
const measureLayers = (c) => [
  {
    id: 'grid', type: 'line', source: 'graticule', filter: ['==', ['geometry-type'], 'LineString'],
    paint: { 'line-color': c.grid, 'line-width': ['case', ['get', 'major'], 1.2, 0.6] },
  },
  {
    id: 'ring', type: 'line', source: 'rings', filter: ['==', ['geometry-type'], 'LineString'],
    paint: { 'line-color': c.ring, 'line-width': 1.3, 'line-dasharray': [4, 3] },
  },
];

/** @param {Colours} c */
const placeLayers = (c) => [
  {
    id: 'field', type: 'circle', source: 'region', 'source-layer': 'airfield', minzoom: 8,
    paint: { 'circle-radius': byZoom(8, 1.8, 10, 3.2), 'circle-color': c.land, 'circle-stroke-color': c.field, 'circle-stroke-width': byZoom(8, 1, 10, 1.6) },
  },
  {
    id: 'town', type: 'circle', source: 'region', 'source-layer': 'town',
    paint: {
      'circle-radius': ['match', ['get', 'rank'], 0, 3.6, 1, 2.8, 2, 2.4, 1.8],
      'circle-color': c.town, 'circle-stroke-color': c.halo, 'circle-stroke-width': 1,
    },
  },
  {
    id: 'field-name', type: 'symbol', source: 'region', 'source-layer': 'airfield', minzoom: 9,
    layout: {
      'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11.5, 'text-max-width': 9,
      'text-variable-anchor': ['top', 'bottom', 'left', 'right'], 'text-radial-offset': 0.7, 'text-padding': 4,
    },
    paint: { 'text-color': c.fieldName, 'text-halo-color': c.halo, 'text-halo-width': 1.6 },
  },
  {
    id: 'town-name', type: 'symbol', source: 'region', 'source-layer': 'town',
    layout: {
      'text-field': ['get', 'name'],
      'text-font': ['match', ['get', 'rank'], 0, ['literal', STRONG], ['literal', FONT]],
      'text-size': ['interpolate', ['linear'], ['zoom'], 4, ['match', ['get', 'rank'], 0, 13, 11.5], 10, ['match', ['get', 'rank'], 0, 19, 1, 16, 2, 14.5, 13]],
      'text-variable-anchor': ['left', 'right', 'top', 'bottom'], 'text-radial-offset': 0.45, 'text-justify': 'auto',
      'symbol-sort-key': ['-', 0, ['get', 'people']], 'text-padding': 6, 'text-max-width': 8,
    },
    paint: { 'text-color': c.name, 'text-halo-color': c.halo, 'text-halo-width': 1.8 },
  },
];

/** Distances of rings. A town goes first: what lies over it is placed before it. @param {Colours} c */
const ringNames = (c) => [
  {
    id: 'ring-name', type: 'symbol', source: 'rings', filter: ['==', ['geometry-type'], 'Point'],
    layout: { 'text-field': ['get', 'label'], 'text-font': STRONG, 'text-size': 12, 'text-variable-anchor': ['center', 'left', 'right', 'bottom', 'top'], 'text-radial-offset': 0.6 },
    paint: { 'text-color': c.ringName, 'text-halo-color': c.halo, 'text-halo-width': 2 },
  },
];

/** Names of lines, above everything: they stand at the edge. @param {Colours} c */
const lineNames = (c) => [
  {
    id: 'grid-name', type: 'symbol', source: 'graticule', filter: ['==', ['geometry-type'], 'Point'],
    layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 11, 'text-anchor': ['get', 'anchor'], 'text-offset': [0.3, 0], 'text-allow-overlap': true },
    paint: { 'text-color': c.gridName, 'text-halo-color': c.halo, 'text-halo-width': 1.5 },
  },
];

/** A map of pictures that the user brought. @param {Theme} theme */
const pictureLayers = (theme) => [
  { id: 'pictures', type: 'raster', source: 'region', paint: { 'raster-brightness-max': theme === 'night' ? 0.45 : 1, 'raster-saturation': theme === 'night' ? -0.4 : 0 } },
];

/**
 * A style for MapLibre: the coarse world, and over it the map of a region if there is one.
 * @param {Theme} theme  @param {MapFile | null} [file] of the catalogue  @param {string} [world] address of the coarse world
 */
export function basemapStyle(theme, file = null, world = '/map/world.json') {
  const c = COLOURS[theme] ?? COLOURS.day;
  const vector = file !== null && file.kind === 'vector';
  const known = (/** @type {any} */ layer) => vector && file.layers.includes(layer['source-layer']);
  /** @type {Record<string, any>} */
  const sources = {
    world: { type: 'geojson', data: world, maxzoom: 6, attribution: file?.attribution ? '' : 'Natural Earth · GeoNames (CC BY)' },
    graticule: { type: 'geojson', data: NOTHING },
    rings: { type: 'geojson', data: NOTHING },
  };
  if (file !== null) sources.region = { type: file.kind, url: `pmtiles://${file.url}`, attribution: file.attribution };
  if (file !== null && !vector) sources.region.tileSize = 256;
  return {
    version: 8,
    sources,
    layers: [
      ...worldLayers(c),
      ...(vector ? regionLayers(c).filter(known) : []),
      ...(file !== null && !vector ? pictureLayers(theme) : []),
      ...measureLayers(c),
      ...ringNames(c),
      ...worldNames(c, vector ? file : null),
      ...(vector ? placeLayers(c).filter(known) : []),
      ...lineNames(c),
    ],
  };
}
