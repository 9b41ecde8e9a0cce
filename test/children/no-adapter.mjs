/** A module that is no adapter. */
export default { name: 'nothing to open' }
