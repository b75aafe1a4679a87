import type { CodegenConfig } from '@graphql-codegen/cli'

/** Types for the operations that the end-to-end tests send, made from the published schema. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: ['test/e2e/**/*.ts', '!test/e2e/generated/**'],
  importExtension: '.ts',
  generates: {
    'test/e2e/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumType: 'string-literal',
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          CurrencyCode: 'string',
          Date: 'string',
          DateTime: 'string',
          Decimal: 'string',
          Position: 'string',
        },
      },
    },
  },
}

export default config
