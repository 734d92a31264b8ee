"""The graph of one LSTM for ONNX Runtime; its weights are not in it but given with each input."""


def lstm_graph(size: int) -> bytes:
    """A serialised ONNX model: X of shape (length, texts, inputs) and the weights W, R and B to Y.

    Args:
        size: outputs of each direction; Y has the shape (length, 2, texts, size).
    """
    from onnx import TensorProto, helper

    gates = 4 * size
    shapes = {
        "X": ["length", "texts", "inputs"],
        "W": [2, gates, "inputs"],
        "R": [2, gates, size],
        "B": [2, 2 * gates],
    }
    given = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    ]
    result = helper.make_tensor_value_info("Y", TensorProto.FLOAT, ["length", 2, "texts", size])
    node = helper.make_node("LSTM", [*shapes], ["Y"], hidden_size=size, direction="bidirectional")
    graph = helper.make_graph([node], "lstm", given, [result])
    # Versions that every supported ONNX Runtime reads.
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9, producer_name="xieshou"
    )
    return bytes(model.SerializeToString())
