import { Severity, Visitor, parseSync } from 'oxc-parser';

/**
 * What the rules need to know of one module: every specifier it names (static, dynamic, type,
 * re-export, `require`), its enums and namespaces, and where it reaches for the browser or the
 * environment in ways a plain search for globals misses.
 */
export function readModule(file, text) {
  const { program, errors } = parseSync(file, text);
  const lineAt = lineFinder(text);
  const module = { file, imports: [], syntax: [], globals: [], environment: [], broken: null };
  const fatal = errors.find(({ severity }) => severity === Severity.Error);
  if (fatal !== undefined) {
    module.broken = { line: lineAt(fatal.labels[0]?.start ?? 0), message: fatal.message };
    return module;
  }

  const addImport = (source, kind) => {
    if (typeof source?.value !== 'string') return;
    module.imports.push({ specifier: source.value, kind, line: lineAt(source.start) });
  };
  const addEnvironment = (node) => module.environment.push({ line: lineAt(node.start) });

  new Visitor({
    ImportDeclaration(node) {
      addImport(node.source, node.importKind === 'type' ? 'type' : 'static');
      const fromProcess = /^(?:node:)?process$/.test(node.source.value);
      if (fromProcess && node.specifiers.some(({ imported }) => imported?.name === 'env')) {
        addEnvironment(node);
      }
    },
    ExportNamedDeclaration: (node) => addImport(node.source, 're-export'),
    ExportAllDeclaration: (node) => addImport(node.source, 're-export'),
    ImportExpression: (node) => addImport(node.source, 'dynamic'),
    TSImportType: (node) => addImport(node.source ?? node.argument?.literal, 'type'),
    TSExternalModuleReference: (node) => addImport(node.expression, 'require'),
    CallExpression(node) {
      const { callee } = node;
      const isRequire = callee.type === 'Identifier' && callee.name === 'require';
      const isResolve = callee.type === 'MemberExpression' && callee.object.name === 'require';
      if (isRequire || isResolve) addImport(node.arguments[0], 'require');
    },
    TSEnumDeclaration: (node) => module.syntax.push({ noun: 'enum', line: lineAt(node.start) }),
    TSModuleDeclaration(node) {
      // `declare module 'x'` and `declare global` describe others' code; a namespace is a second module system.
      if (node.kind === 'namespace' && !node.declare) {
        module.syntax.push({ noun: 'namespace', line: lineAt(node.start) });
      }
    },
    MemberExpression(node) {
      const name = node.computed ? node.property.value : node.property.name;
      if (node.object.type === 'Identifier' && node.object.name === 'globalThis') {
        module.globals.push({ name, line: lineAt(node.start) });
      }
      if (name === 'env' && isProcess(node.object)) addEnvironment(node);
    },
    VariableDeclarator({ id, init }) {
      if (id.type !== 'ObjectPattern' || init === null) return;
      const names = id.properties.flatMap(({ key }) => (key?.name === undefined ? [] : [key.name]));
      if (isProcess(init) && names.includes('env')) addEnvironment(init);
      if (init.type === 'Identifier' && init.name === 'globalThis') {
        for (const name of names) module.globals.push({ name, line: lineAt(id.start) });
      }
    },
  }).visit(program);
  return module;
}

function isProcess(node) {
  if (node.type === 'Identifier') return node.name === 'process';
  return (
    node.type === 'MemberExpression' &&
    node.object.name === 'globalThis' &&
    node.property.name === 'process'
  );
}

/** Offsets to line numbers, counted from 1. */
function lineFinder(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
