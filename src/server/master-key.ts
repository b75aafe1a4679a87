import {
  masterKeyIn,
  parseMasterKey,
  randomMasterKey,
  type MasterKey,
} from '../store/master-key.ts'

/** Where the key comes from that personal data is sealed with. */
export type MasterKeySetting =
  | { readonly from: 'folder'; readonly folder: string }
  | { readonly from: 'text'; readonly base64: string; readonly source: string }
  /** For a database that ends with the process. */
  | { readonly from: 'chance' }

export const masterKey = async (setting: MasterKeySetting): Promise<MasterKey> => {
  switch (setting.from) {
    case 'folder':
      return await masterKeyIn(setting.folder)
    case 'text':
      return parseMasterKey(setting.base64, setting.source)
    case 'chance':
      return randomMasterKey()
  }
}
