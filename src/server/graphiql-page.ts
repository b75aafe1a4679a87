import { renderGraphiQL } from '@graphql-yoga/render-graphiql'

type Options = Parameters<typeof renderGraphiQL>[0]

// GraphiQL lays out the tabs it opens with in the wrong place and hides it until one is pressed: the
// tab then leaps away from under the pointer, and the first click on it is lost.
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important }</style>'

/** GraphiQL without a CDN. */
export const graphiqlPage = (options?: Options): string =>
  renderGraphiQL(options).replace('</head>', () => `${STEADY_TABS}</head>`)
