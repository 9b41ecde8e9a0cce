/** The version in `package.json`. A constant, because a bundler does not carry that file along; a test compares the two. */
export const packageVersion = '0.1.0'
