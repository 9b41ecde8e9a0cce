/** In the root database, whose other keys are the names of databases: what says that the file is ours. */
export const markerKey: Buffer = Buffer.from('\0holdfast')
